import type { Caller, EgressQuestion } from '@clawhold/spec';
import type { CompiledEndpoint, CompiledLayer, CompiledRule, Grounds } from '../compile/snapshot.ts';
import type { Glob } from '../glob/glob.ts';

/** What one layer says about a connection or a request. */
export interface EndpointMatch {
  readonly layer: CompiledLayer;
  forbidden: Grounds | undefined;
  /** The most specific endpoints for this host and port; of those, the ones that read requests when they differ. */
  selected: CompiledEndpoint[];
  verdict: 'allow' | 'ask' | 'none';
  /** The rule that gave the verdict; undefined for a connection, or bytes that pass unread. */
  rule: CompiledRule | undefined;
  grounds: Grounds | undefined;
  /** Requests must be read to keep the rules of this layer. */
  inspect: boolean;
}

/** The match is filled in place: this is the hot path, and most of its cost is memory. */
export function matchEndpoints(layer: CompiledLayer, question: EgressQuestion): Readonly<EndpointMatch> {
  const match: EndpointMatch = {
    layer,
    forbidden: undefined,
    selected: [],
    verdict: 'none',
    rule: undefined,
    grounds: undefined,
    inspect: false,
  };
  if (layer.network === null) return match;
  let best = -1;
  for (const { value: endpoint, rank } of layer.network.find(question.host)) {
    if (!endpoint.ports.includes(question.port)) continue;
    const fits = endpoint.binaries === null ? 'yes' : calledBy(endpoint.binaries, question.caller);
    if (endpoint.denies !== null && fits !== 'no') applyDenies(match, endpoint.denies, question);
    if (fits !== 'yes' || rank < best) continue;
    if (rank > best) match.selected = [];
    best = rank;
    match.selected.push(endpoint);
  }
  applyRules(match, question);
  return match;
}

function applyDenies(
  match: EndpointMatch,
  denies: NonNullable<CompiledEndpoint['denies']>,
  { operation }: EgressQuestion,
): void {
  match.inspect = true;
  if (operation === undefined) return;
  const found: Grounds[] = [];
  denies.find(operation.method, operation.path, found);
  for (const grounds of found)
    if (match.forbidden === undefined || grounds.order < match.forbidden.order) match.forbidden = grounds;
}

function applyRules(match: EndpointMatch, { operation }: EgressQuestion): void {
  if (match.selected.length > 1 && match.selected.some(({ mode }) => mode === 'rest'))
    match.selected = match.selected.filter(({ mode }) => mode === 'rest');
  const [first] = match.selected;
  if (first === undefined) return;
  if (first.mode === 'rest') match.inspect = true;
  if (operation === undefined || first.mode === 'tcp') {
    match.verdict = 'allow';
    match.grounds = match.selected.reduce((a, b) => (b.open.order < a.open.order ? b : a), first).open;
    return;
  }
  const found: CompiledRule[] = [];
  for (const endpoint of match.selected) endpoint.rules.find(operation.method, operation.path, found);
  // The first rule that asks; when none does, the first that allows.
  let chosen: CompiledRule | undefined;
  for (const rule of found) if (chosen === undefined || comesBefore(rule, chosen)) chosen = rule;
  if (chosen === undefined) return;
  match.rule = chosen;
  match.verdict = chosen.verdict;
  match.grounds = chosen.grounds;
}

function comesBefore(rule: CompiledRule, other: CompiledRule): boolean {
  if (rule.verdict !== other.verdict) return rule.verdict === 'ask';
  return rule.grounds.order < other.grounds.order;
}

/**
 * Whether a rule that is narrowed to executables is about this caller. When the executable is not known nothing is
 * opened for it, while what is forbidden stays forbidden.
 */
function calledBy(binaries: readonly Glob[], caller: Caller): 'yes' | 'no' | 'unknown' {
  if (binaries.some(({ source }) => source === '**' || source === '/**')) return 'yes';
  if (caller.executable === undefined) return 'unknown';
  const lineage = [caller.executable, ...(caller.ancestors ?? [])];
  return lineage.some((path) => binaries.some((glob) => glob.matches(path))) ? 'yes' : 'no';
}
