import type { Caller, EgressQuestion } from '@clawhold/spec';
import type { CompiledEndpoint, CompiledRule, Grounds } from '../compile/compiled-endpoint.ts';
import type { Network } from '../compile/network.ts';
import type { CompiledLayer } from '../compile/snapshot.ts';
import type { Glob } from '../glob/glob.ts';
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
  /** The same where one of them demands something beyond its rules; otherwise none, as there is nothing to read in them. */
  readonly demanding: readonly CompiledEndpoint[];
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
  const { network } = layer;
  if (network === null) return { ...unsaid, layer };
  const matcher = new Matcher(layer, network, question);
  network.visit(question.host, question.port, question.operation?.path, matcher);
  matcher.applyRules();
  return matcher;
}

const noRows: readonly number[] = Object.freeze([]);
const noEndpoints: readonly CompiledEndpoint[] = Object.freeze([]);

/** What a layer without a word about what leaves says. */
const unsaid: Omit<EndpointMatch, 'layer'> = Object.freeze({
  forbidden: undefined,
  unanswered: undefined,
  selected: noEndpoints,
  demanding: noEndpoints,
  forOthers: noEndpoints,
  verdict: 'none',
  rule: undefined,
  grounds: undefined,
  inspect: false,
  need: null,
});

/**
 * Filled in place and handed out as what was found: this is the hot path, and most of its cost is memory. It is told of
 * the endpoints, and then of the rules of those that were selected.
 */
class Matcher implements EndpointMatch {
  readonly layer: CompiledLayer;
  forbidden: Grounds | undefined = undefined;
  unanswered: Grounds | undefined = undefined;
  forOthers: readonly CompiledEndpoint[] = noEndpoints;
  verdict: 'allow' | 'ask' | 'none' = 'none';
  rule: CompiledRule | undefined = undefined;
  grounds: Grounds | undefined = undefined;
  inspect = false;
  need: InspectorNeed = null;
  readonly #network: Network;
  readonly #question: EgressQuestion;
  #rows: readonly number[] = noRows;
  #arePlain = true;
  #hostRank = -1;
  #pathRank = -1;

  constructor(layer: CompiledLayer, network: Network, question: EgressQuestion) {
    this.layer = layer;
    this.#network = network;
    this.#question = question;
  }

  get selected(): readonly CompiledEndpoint[] {
    return this.#rows.map((row) => this.#network.endpoint(row));
  }

  get demanding(): readonly CompiledEndpoint[] {
    return this.#arePlain ? noEndpoints : this.selected;
  }

  visit(row: number, hostRank: number, pathRank: number): void {
    const callers = this.#network.callers(row);
    const fits = callers === null ? 'yes' : calledBy(callers, this.#question.caller);
    if (fits !== 'no' && this.#network.forbids(row)) this.#applyDenies(row);
    if (fits !== 'yes') {
      this.forOthers = [...this.forOthers, this.#network.endpoint(row)];
      return;
    }
    if (hostRank < this.#hostRank || (hostRank === this.#hostRank && pathRank < this.#pathRank)) return;
    const isEqual = hostRank === this.#hostRank && pathRank === this.#pathRank;
    this.#rows = isEqual ? [...this.#rows, row] : [row];
    this.#hostRank = hostRank;
    this.#pathRank = pathRank;
  }

  #applyDenies(row: number): void {
    this.inspect = true;
    const { operation } = this.#question;
    if (operation === undefined) return;
    if (!this.#network.isPlain(row)) this.#mustRead(this.#network.endpoint(row));
    const found = new FirstDeny(operation, this.forbidden);
    this.#network.findDenies(row, operation, found);
    this.forbidden = found.first;
  }

  #mustRead({ inspector }: CompiledEndpoint): void {
    if (inspector !== null && !isReadBy(inspector, this.#question.operation?.message))
      this.need = bothNeed(this.need, inspector);
  }

  applyRules(): void {
    const { operation } = this.#question;
    for (const row of this.#rows) if (!this.#network.isPlain(row)) this.#arePlain = false;
    if (this.#rows.length === 0) return;
    const rulesSpeak = this.#arePlain || this.#lookInto();
    if (this.#arePlain) this.inspect = true;
    if (operation === undefined || !rulesSpeak) {
      this.verdict = 'allow';
      this.grounds = this.selected.reduce((a, b) => (b.open.order < a.open.order ? b : a)).open;
      return;
    }
    const found = new FirstRule(operation);
    for (const row of this.#rows) this.#network.findRules(row, operation, found);
    this.unanswered = found.unanswered;
    if (found.first === undefined) return;
    this.rule = found.first;
    this.verdict = found.first.verdict;
    this.grounds = found.first;
  }

  /** Whether rules have a say about this: not about bytes that pass unread, and not before a message is read. */
  #lookInto(): boolean {
    const { operation } = this.#question;
    const reading = this.#rows.filter((row) => this.#network.endpoint(row).protocol !== 'tcp');
    if (reading.length === 0) return false;
    this.#rows = reading;
    this.inspect = true;
    const { selected } = this;
    if (operation !== undefined) for (const endpoint of selected) this.#mustRead(endpoint);
    return operation?.message !== undefined || headIsSent(selected[0]?.inspector ?? null);
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
