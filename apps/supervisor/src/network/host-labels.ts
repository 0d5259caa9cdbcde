/** What the policy said about the answers of each host that a run talked to. */
export interface HostLabels {
  note(host: string, integrity: 'local' | 'external'): void;
  /** `external` for a host that never answered, and for one of which that was ever said. */
  of(host: string): 'local' | 'external';
}

export function createHostLabels(): HostLabels {
  const labels = new Map<string, 'local' | 'external'>();
  return {
    note(host, integrity) {
      if (labels.get(host) !== 'external') labels.set(host, integrity);
    },
    of: (host) => labels.get(host) ?? 'external',
  };
}
