import type { EgressFinding } from '@clawhold/egress';
import { ledgerEvent, type RunId } from '@clawhold/spec';
import type { Gateway } from '../gateway/gateway.ts';
import type { DetectionKey } from './detection-key.ts';

export interface Findings {
  /** Writes a finding to the ledger and the timeline: what kind, where, and a digest; never the value. */
  note(finding: EgressFinding): void;
  /** The same of something else that was found. @param kind `room.what`. */
  raise(run: RunId, kind: string, text: string): void;
  forget(run: RunId): void;
}

/** Further ones of a run are refused all the same; who makes thousands cannot fill the ledger with them. */
const noted = 100;

export function createFindings(
  gateway: Pick<Gateway, 'appendEvents' | 'appendTimeline'>,
  key: Pick<DetectionKey, 'digestOf'>,
): Findings {
  const counts = new Map<RunId, number>();

  function raise(run: RunId, kind: string, found: string): void {
    const count = (counts.get(run) ?? 0) + 1;
    counts.set(run, count);
    if (count > noted) return;
    const text = count === noted ? `${found} Further findings of this run are not listed.` : found;
    Promise.all([
      gateway.appendEvents({ events: [ledgerEvent('finding.raised', { kind, text }, { actor: 'supervisor', run })] }),
      gateway.appendTimeline({ run, bodies: [{ kind: 'note', level: 'warning', text }] }),
    ]).catch((error: unknown) => console.error(error));
  }

  return {
    raise,
    note({ identity: { run }, kind, place, host, value }) {
      const text = `Found in ${place}, ${host}: ${kind}, digest ${key.digestOf(value)}.`;
      raise(run, `egress.${kind.replaceAll(' ', '_')}`, text);
    },
    forget: (run) => void counts.delete(run),
  };
}
