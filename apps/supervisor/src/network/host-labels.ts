import type { AnswerLabel } from '@clawhold/flow';

/** What the policy said about the answers of each host that a run talked to. */
export interface HostLabels {
  note(host: string, label: AnswerLabel): void;
  /** `external` for a host that never answered; the worst that was ever said of one that did. */
  of(host: string): AnswerLabel;
  /** Of what mixes answers of hosts that nobody can tell apart: a stranger's, and as guarded as the most guarded of them. */
  mixed(): AnswerLabel;
}

export function createHostLabels(): HostLabels {
  const labels = new Map<string, AnswerLabel>();
  return {
    note(host, label) {
      const known = labels.get(host) ?? label;
      labels.set(host, {
        integrity: known.integrity === 'external' ? 'external' : label.integrity,
        confidentiality: known.confidentiality === 'secret' ? 'secret' : label.confidentiality,
      });
    },
    of: (host) => labels.get(host) ?? { integrity: 'external' },
    mixed: () => ({
      integrity: 'external',
      confidentiality: [...labels.values()].some(({ confidentiality }) => confidentiality === 'secret')
        ? 'secret'
        : undefined,
    }),
  };
}
