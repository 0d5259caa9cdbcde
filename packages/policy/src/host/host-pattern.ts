import { compileGlob, expandAlternatives, type Glob } from '../glob/glob.ts';
import { normaliseHost } from './host.ts';

/** One alternative of an endpoint's `host`, compiled. */
export interface HostPattern {
  /** As it stands after expansion of `{a,b}`, in lower case. */
  readonly source: string;
  /** Null for a name or an address without wildcard. */
  readonly glob: Glob | null;
  /** The labels after the last wildcard, last one first: `['com', 'example']` for `*.example.com`. */
  readonly suffix: readonly string[];
  /** Higher is more specific; the most specific endpoints that match a host decide about it. */
  readonly rank: number;
}

export type HostPatternResult =
  | { readonly kind: 'ok'; readonly patterns: readonly HostPattern[] }
  | { readonly kind: 'refused'; readonly reason: string };

/** The rank of a host that is spelt out: as high as a small integer of the engine goes. */
const exactHostRank = 2 ** 30;

/**
 * Compiles the `host` of an endpoint. A wildcard needs at least two labels after it that are spelt out: `*`, `**`,
 * `*.com` and `example.*` name hosts that nobody has chosen.
 */
export function compileHostPattern(source: string): HostPatternResult {
  const bare = normaliseHost(source);
  if (bare.kind === 'ok') return { kind: 'ok', patterns: [exact(bare.host)] };
  const expanded = expandAlternatives(source.toLowerCase());
  if (expanded.kind === 'refused') return expanded;
  const patterns: HostPattern[] = [];
  for (const alternative of expanded.patterns) {
    const pattern = /[*?]/.test(alternative) ? withWildcard(alternative) : withoutWildcard(alternative);
    if (typeof pattern === 'string') return { kind: 'refused', reason: pattern };
    patterns.push(pattern);
  }
  return { kind: 'ok', patterns };
}

function exact(host: string): HostPattern {
  return { source: host, glob: null, suffix: [], rank: exactHostRank };
}

function withoutWildcard(source: string): HostPattern | string {
  const normal = normaliseHost(source);
  return normal.kind === 'ok' ? exact(normal.host) : normal.reason;
}

function withWildcard(written: string): HostPattern | string {
  if (/^\*+$/.test(written))
    return `"${written}" would open every host; name the hosts, or a wildcard below one domain.`;
  const labels = writtenOut(written.replace(/\.$/, ''));
  if (typeof labels === 'string') return labels;
  const source = labels.join('.');
  const lastWild = labels.findLastIndex((label) => /[*?]/.test(label));
  const suffix = labels.slice(lastWild + 1);
  if (suffix.length < 2)
    return `"${source}" would open a whole top-level domain; spell out at least two labels after the wildcard.`;
  const probe = normaliseHost(source.replaceAll(/[*?]+/g, 'x'));
  if (probe.kind === 'refused' || probe.address !== null) return `"${source}" can never be a host name.`;
  const compiled = compileGlob(source, '.');
  if (compiled.kind === 'refused') return compiled.reason;
  const across = source.includes('**');
  const spelt = Math.min(source.replaceAll(/[*?]/g, '').length, 999);
  return {
    source,
    glob: compiled.glob,
    suffix: suffix.toReversed(),
    rank: suffix.length * 10_000 + (across ? 0 : 5_000) + spelt,
  };
}

/** The labels of a pattern as they stand in a host that is asked about; or why they cannot. */
function writtenOut(source: string): readonly string[] | string {
  const labels: string[] = [];
  for (const label of source.split('.')) {
    const normal = /^[\x21-\x7e]*$/.test(label) ? undefined : normaliseHost(label);
    if (normal === undefined) labels.push(label);
    else if (/[*?]/.test(label)) return `"${label}" mixes a wildcard with letters outside ASCII; spell the label out.`;
    else if (normal.kind === 'refused') return normal.reason;
    else labels.push(normal.host);
  }
  return labels;
}
