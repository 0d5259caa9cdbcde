import type { TimelineEntry } from '@clawhold/client';

type Egress = Extract<TimelineEntry['body'], { kind: 'egress' }>;

const defaultPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** How the decision about a request names it: what was told there is not told again. */
export function decisionName({ method, url }: Pick<Egress, 'method' | 'url'>): string {
  if (method === 'CONNECT' || method === 'TCP') return `connect to ${url}`;
  const parsed = URL.parse(url);
  if (parsed === null) return `${method} ${url}`;
  const port = parsed.port === '' ? (defaultPorts[parsed.protocol] ?? '') : parsed.port;
  return `${method} ${parsed.protocol}//${parsed.hostname}:${port}${parsed.pathname}`;
}

/** What came back. A connection whose bytes nobody read has no status, and a name that is not known has nothing. */
export function answerWord({ method, status, responseBytes }: Egress): string {
  if (method === 'DNS') return 'no such name';
  if (status !== null) return String(status);
  return responseBytes > 0 ? 'closed' : 'no answer';
}

/** `1.2 kB`; decimal, as networks count. */
export function bytes(count: number): string {
  if (count < 1_000) return `${count} B`;
  return count < 1_000_000 ? `${(count / 1_000).toFixed(1)} kB` : `${(count / 1_000_000).toFixed(1)} MB`;
}
