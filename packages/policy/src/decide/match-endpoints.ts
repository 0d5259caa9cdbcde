import type { Caller, EgressQuestion } from '@clawhold/spec';
import type { CompiledDeny, CompiledEndpoint, CompiledLayer, CompiledRule, Grounds } from '../compile/snapshot.ts';
import type { Glob } from '../glob/glob.ts';
import type { OperationIndex } from '../operation/operation-index.ts';
import { FirstDeny, FirstRule } from './first-rule.ts';
import { bothNeed, headIsSent, type InspectorNeed, isReadBy } from './inspector-need.ts';

/** What one layer says about a connection, a request, or a message in it. */
export interface EndpointMatch {
  readonly layer: CompiledLayer;
  readonly forbidden: Grounds | undefined;
  /** A rule whose condition has no answer. */
  readonly unanswered: Grounds | undefined;
  /** The endpoints with the most specific host and path; of those, the ones that read requests when they differ. */
  readonly selected: readonly CompiledEndpoint[];
  /** The endpoints that were passed over because they are for other executables, or because this one is not known. */
  readonly forOthers: readonly CompiledEndpoint[];
  readonly verdict: 'allow' | 'ask' | 'none';
  /** The rule that gave the verdict; undefined for a connection, or bytes that pass unread. */
  readonly rule: CompiledRule | undefined;
  readonly grounds: Grounds | undefined;
  /** Requests must be read to keep the rules of this layer. */
  readonly inspect: boolean;
  /** What must still be read of this request to keep them. */
  readonly need: InspectorNeed;
}

export function matchEndpoints(layer: CompiledLayer, question: EgressQuestion): EndpointMatch {
  const matcher = new Matcher(layer, question);
  layer.network?.visit(question.host, question.port, question.operation?.path, matcher);
  matcher.applyRules();
  return matcher;
}

const none: readonly CompiledEndpoint[] = Object.freeze([]);

/**
 * Filled in place and handed out as what was found: this is the hot path, and most of its cost is memory. It is told of
 * the endpoints, and then of the rules of those that were selected.
 */
class Matcher implements EndpointMatch {
  readonly layer: CompiledLayer;
  forbidden: Grounds | undefined = undefined;
  unanswered: Grounds | undefined = undefined;
  selected: readonly CompiledEndpoint[] = none;
  forOthers: readonly CompiledEndpoint[] = none;
  verdict: 'allow' | 'ask' | 'none' = 'none';
  rule: CompiledRule | undefined = undefined;
  grounds: Grounds | undefined = undefined;
  inspect = false;
  need: InspectorNeed = null;
  readonly #question: EgressQuestion;
  #hostRank = -1;
  #pathRank = -1;

  constructor(layer: CompiledLayer, question: EgressQuestion) {
    this.layer = layer;
    this.#question = question;
  }

  visit(endpoint: CompiledEndpoint, hostRank: number, pathRank: number): void {
    const fits = endpoint.binaries === null ? 'yes' : calledBy(endpoint.binaries, this.#question.caller);
    if (endpoint.denies !== null && fits !== 'no') this.#applyDenies(endpoint, endpoint.denies);
    if (fits !== 'yes') {
      this.forOthers = [...this.forOthers, endpoint];
      return;
    }
    if (hostRank < this.#hostRank || (hostRank === this.#hostRank && pathRank < this.#pathRank)) return;
    const isEqual = hostRank === this.#hostRank && pathRank === this.#pathRank;
    this.selected = isEqual ? [...this.selected, endpoint] : [endpoint];
    this.#hostRank = hostRank;
    this.#pathRank = pathRank;
  }

  #applyDenies(endpoint: CompiledEndpoint, denies: OperationIndex<CompiledDeny>): void {
    this.inspect = true;
    const { operation } = this.#question;
    if (operation === undefined) return;
    this.#mustRead(endpoint);
    const found = new FirstDeny(operation, this.forbidden);
    denies.find(operation, found);
    this.forbidden = found.first;
  }

  #mustRead({ inspector }: CompiledEndpoint): void {
    if (inspector !== null && !isReadBy(inspector, this.#question.operation?.message))
      this.need = bothNeed(this.need, inspector);
  }

  applyRules(): void {
    const { operation } = this.#question;
    if (this.selected.length > 1 && this.selected.some(({ protocol }) => protocol !== 'tcp'))
      this.selected = this.selected.filter(({ protocol }) => protocol !== 'tcp');
    const [first] = this.selected;
    if (first === undefined) return;
    if (first.protocol !== 'tcp') this.inspect = true;
    if (operation !== undefined) for (const endpoint of this.selected) this.#mustRead(endpoint);
    const decidesLater = operation?.message === undefined && !headIsSent(first.inspector);
    if (operation === undefined || first.protocol === 'tcp' || decidesLater) {
      this.verdict = 'allow';
      this.grounds = this.selected.reduce((a, b) => (b.open.order < a.open.order ? b : a), first).open;
      return;
    }
    const found = new FirstRule(operation);
    for (const endpoint of this.selected) endpoint.rules.find(operation, found);
    this.unanswered = found.unanswered;
    if (found.first === undefined) return;
    this.rule = found.first;
    this.verdict = found.first.verdict;
    this.grounds = found.first;
  }
}

/**
 * Whether a rule that is narrowed to executables is about this caller. When the executable is not known nothing is
 * opened for it, while what is forbidden stays forbidden.
 */
function calledBy(binaries: readonly Glob[], caller: Caller): 'yes' | 'no' | 'unknown' {
  if (caller.executable === undefined) return 'unknown';
  if (matchesAny(binaries, caller.executable)) return 'yes';
  for (const ancestor of caller.ancestors ?? []) if (matchesAny(binaries, ancestor)) return 'yes';
  return 'no';
}

function matchesAny(globs: readonly Glob[], path: string): boolean {
  for (const glob of globs) if (glob.matches(path)) return true;
  return false;
}
