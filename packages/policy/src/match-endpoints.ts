import type { Caller, EgressQuestion } from '@clawhold/spec';
import type { Glob } from './glob.ts';
import { exactRank } from './host-pattern.ts';
import { earlier } from './place.ts';
import type { CompiledEndpoint, CompiledLayer, CompiledRule, Grounds } from './snapshot.ts';

/** What one layer says about a connection or a request. */
export interface EndpointMatch {
  readonly forbidden: Grounds | undefined;
  /** The most specific endpoints for this host and port; of those, the ones that read requests when they differ. */
  readonly selected: readonly CompiledEndpoint[];
  readonly verdict: 'allow' | 'ask' | 'none';
  /** The rule that gave the verdict; undefined for a connection, or bytes that pass unread. */
  readonly rule: CompiledRule | undefined;
  readonly grounds: Grounds | undefined;
  /** Requests must be read to keep the rules of this layer. */
  readonly inspect: boolean;
}

const nothing: EndpointMatch = Object.freeze({
  forbidden: undefined,
  selected: [],
  verdict: 'none',
  rule: undefined,
  grounds: undefined,
  inspect: false,
});

export function matchEndpoints(layer: CompiledLayer, question: EgressQuestion): EndpointMatch {
  if (layer.network === null) return nothing;
  const { operation, caller, port } = question;
  let selected: CompiledEndpoint[] = [];
  let best = -1;
  let forbidden: { readonly grounds: Grounds } | undefined;
  let inspect = false;
  layer.network.visit(question.host, exactRank, (endpoint, rank) => {
    if (!endpoint.ports.includes(port)) return;
    const fits = calledBy(endpoint.binaries, caller);
    if (endpoint.denies !== null && fits !== 'no') {
      inspect = true;
      if (operation !== undefined)
        endpoint.denies.visit(operation.method, operation.path, (grounds) => {
          forbidden = earlier(forbidden, { grounds });
        });
    }
    if (fits !== 'yes' || rank < best) return;
    if (rank > best) selected = [];
    best = rank;
    selected.push(endpoint);
  });
  if (selected.length > 1 && selected.some(({ mode }) => mode === 'rest'))
    selected = selected.filter(({ mode }) => mode === 'rest');
  const [first] = selected;
  if (first === undefined) return { ...nothing, forbidden: forbidden?.grounds, inspect };
  inspect ||= first.mode === 'rest';
  if (operation === undefined || first.mode === 'tcp') {
    const open = selected.reduce((a, b) => (b.open.order < a.open.order ? b : a), first).open;
    return { forbidden: forbidden?.grounds, selected, verdict: 'allow', rule: undefined, grounds: open, inspect };
  }
  const rule = matchRules(selected, operation.method, operation.path);
  return {
    forbidden: forbidden?.grounds,
    selected,
    verdict: rule?.verdict ?? 'none',
    rule,
    grounds: rule?.grounds,
    inspect,
  };
}

/** The first rule that asks; when none does, the first that allows. */
function matchRules(endpoints: readonly CompiledEndpoint[], method: string, path: string): CompiledRule | undefined {
  let ask: CompiledRule | undefined;
  let allow: CompiledRule | undefined;
  for (const endpoint of endpoints)
    endpoint.rules.visit(method, path, (rule) => {
      if (rule.verdict === 'ask') ask = earlier(ask, rule);
      else allow = earlier(allow, rule);
    });
  return ask ?? allow;
}

/**
 * Whether a rule that is narrowed to executables is about this caller. When the executable is not known nothing is
 * opened for it, while what is forbidden stays forbidden.
 */
export function calledBy(binaries: readonly Glob[] | null, caller: Caller): 'yes' | 'no' | 'unknown' {
  if (binaries === null || binaries.some(({ source }) => source === '**' || source === '/**')) return 'yes';
  if (caller.executable === undefined) return 'unknown';
  const lineage = [caller.executable, ...(caller.ancestors ?? [])];
  return lineage.some((path) => binaries.some((glob) => glob.matches(path))) ? 'yes' : 'no';
}
