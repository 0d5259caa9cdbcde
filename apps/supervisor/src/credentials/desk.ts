import type { CompiledBinding, CredentialDesk, CredentialValue } from '@clawhold/egress';
import { ledgerEvent, type RunId } from '@clawhold/spec';
import type { Gateway } from '../gateway/gateway.ts';
import type { Placeholders } from './placeholders.ts';
import type { Vault } from './vault.ts';

export interface DeskParts {
  readonly vault: Pick<Vault, 'find'>;
  readonly placeholders: Placeholders;
  readonly gateway: Pick<Gateway, 'appendEvents' | 'appendTimeline'>;
}

/** The desk of the proxy, with what must be forgotten when a run ends. */
export interface SupervisorDesk extends CredentialDesk {
  readonly forget: (run: RunId) => void;
}

export function createDesk({ vault, placeholders, gateway }: DeskParts): SupervisorDesk {
  const sent = new Map<RunId, Set<string>>();

  return {
    find({ run }, core) {
      const issued = placeholders.find(run, core);
      const stored = issued === undefined ? undefined : vault.find(issued.credential);
      if (issued === undefined || stored === undefined) return undefined;
      const binding = issued.isSigningKey ? nowhere(stored.binding) : stored.binding;
      return { name: issued.credential, placeholder: issued.placeholder, binding };
    },

    holdsAny: ({ run }) => placeholders.holdsAny(run),

    async record({ run }, uses) {
      const events = uses.map(({ name, place, host, method }) =>
        ledgerEvent('credential.used', { name, place, host, method }, { actor: 'supervisor', run }),
      );
      await gateway.appendEvents({ events });
    },

    async obtain({ run }, name) {
      const stored = vault.find(name);
      if (stored === undefined)
        return { kind: 'fault', status: 502, code: 'credential_gone', text: `The credential ${name} was removed.` };
      const value = await stored.source.current(run);
      if (value.kind === 'fault') return value;
      const texts = sent.get(run) ?? new Set();
      for (const text of textsOf(value)) texts.add(text);
      sent.set(run, texts);
      return value;
    },

    misused({ run }, text) {
      const event = ledgerEvent('finding.raised', { kind: 'credential_misuse', text }, { actor: 'supervisor', run });
      Promise.all([
        gateway.appendEvents({ events: [event] }),
        gateway.appendTimeline({ run, bodies: [{ kind: 'note', level: 'warning', text }] }),
      ]).catch((error: unknown) => console.error(error));
    },

    secrets: ({ run }) => [...(sent.get(run) ?? [])],

    forget(run) {
      placeholders.forget(run);
      sent.delete(run);
    },
  };
}

/** What of a value could come back from a server. */
function textsOf(value: CredentialValue): readonly string[] {
  if (value.kind === 'text') return [value.text];
  return [value.secretAccessKey, ...(value.sessionToken === undefined ? [] : [value.sessionToken])];
}

function nowhere(binding: CompiledBinding): CompiledBinding {
  return { ...binding, places: new Set() };
}
