import type { CredentialBinding, Obligation } from '@clawhold/spec';
import { identity } from '../testing.ts';
import { compileBinding } from './binding.ts';
import type { CredentialDesk, CredentialUse, CredentialValue } from './desk.ts';
import { coreOf, newPlaceholder } from './placeholder.ts';

/** A desk for tests: the credentials of one run, in memory. */
export interface TestDesk extends CredentialDesk {
  /** Gives the run of `testing.ts` a credential and returns its placeholder. */
  give(name: string, value: CredentialValue | string, binding: Partial<CredentialBinding>): string;
  readonly uses: CredentialUse[];
  readonly findings: string[];
}

export function createTestDesk(): TestDesk {
  const held = new Map<
    string,
    { name: string; placeholder: string; binding: CredentialBinding; value: CredentialValue }
  >();
  const sent = new Set<string>();
  const [uses, findings]: [CredentialUse[], string[]] = [[], []];
  return {
    uses,
    findings,
    give(name, given, binding) {
      // Looks like a key, as many do.
      const placeholder = newPlaceholder('sk-');
      const value = typeof given === 'string' ? ({ kind: 'text', text: given } as const) : given;
      const all = { hosts: ['shop'], ports: [80], places: ['header:authorization'], ...binding };
      held.set(coreOf(placeholder), { name, placeholder, binding: all, value });
      return placeholder;
    },
    find({ run }, core) {
      const found = run === identity.run ? held.get(core) : undefined;
      if (found === undefined) return undefined;
      const compiled = compileBinding(found.binding);
      if (compiled.kind === 'refused') throw new Error(compiled.reason);
      return { name: found.name, placeholder: found.placeholder, binding: compiled.binding };
    },
    holdsAny: ({ run }) => run === identity.run && held.size > 0,
    record: async (_identity, more) => void uses.push(...more),
    async obtain(_identity, name) {
      const found = [...held.values()].find((one) => one.name === name);
      if (found === undefined) throw new Error(name);
      if (found.value.kind === 'text') sent.add(found.value.text);
      return found.value;
    },
    misused: (_identity, text) => void findings.push(text),
    secrets: () => [...sent],
  };
}

/** What a policy says with `credential_binding`. */
export function credentialTerm(
  provider: string | null,
  more: Partial<Extract<Obligation, { kind: 'credential' }>> = {},
): Obligation {
  return { kind: 'credential', provider, body: false, websocket: false, signing: null, ...more };
}
