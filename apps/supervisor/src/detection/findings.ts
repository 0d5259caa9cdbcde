import type { EgressFinding } from '@clawhold/egress';
import { ledgerEvent, type RunId } from '@clawhold/spec';
import type { Gateway } from '../gateway/gateway.ts';
import type { DetectionKey } from './detection-key.ts';

export interface Findings {
  /** Writes a finding to the ledger and the timeline: what kind, where, and a digest; never the value. */
  note(finding: EgressFinding): void;
  forget(run: RunId): void;
}

/** Further ones of a run are refused all the same; who makes thousands cannot fill the ledger with them. */
const noted = 100;

export function createFindings(
  gateway: Pick<Gateway, 'appendEvents' | 'appendTimeline'>,
  key: Pick<DetectionKey, 'digestOf'>,
): Findings {
  const counts = new Map<RunId, number>();
  return {
    note({ identity: { run }, kind, place, host, value }) {
      const count = (counts.get(run) ?? 0) + 1;
      counts.set(run, count);
      if (count > noted) return;
      const last = count === noted ? ' Further findings of this run are not listed.' : '';
      const text = `Found in ${place}, ${host}: ${kind}, digest ${key.digestOf(value)}.${last}`;
      const body = { kind: `egress.${kind.replaceAll(' ', '_')}`, text };
      Promise.all([
        gateway.appendEvents({ events: [ledgerEvent('finding.raised', body, { actor: 'supervisor', run })] }),
        gateway.appendTimeline({ run, bodies: [{ kind: 'note', level: 'warning', text }] }),
      ]).catch((error: unknown) => console.error(error));
    },
    forget: (run) => void counts.delete(run),
  };
}
