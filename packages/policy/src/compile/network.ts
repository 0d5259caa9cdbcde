import type { Endpoint } from '@clawhold/spec';
import { type EndpointEntry, EndpointIndex, type EndpointVisitor } from '../endpoint/endpoint-index.ts';
import type { Glob } from '../glob/glob.ts';
import { Integers } from '../glob/integers.ts';
import type { Finds } from '../glob/pattern-sets.ts';
import type { Operation } from '../operation/operation.ts';
import { createOperationIndex, type OperationIndex, type Targeted } from '../operation/operation-index.ts';
import { RequestSets } from '../request/request-sets.ts';
import { RestIndex } from '../request/rest-index.ts';
import type { CompiledDeny, CompiledEndpoint, CompiledRule } from './compiled-endpoint.ts';

/** An endpoint whose rules are not yet in an index. */
export interface EndpointDraft extends Omit<CompiledEndpoint, 'rules' | 'denies'> {
  readonly endpoint: Endpoint;
  readonly rules: readonly Targeted<CompiledRule>[];
  readonly denies: readonly Targeted<CompiledDeny>[];
  /** Null: any caller. Endpoints for the same executables have the same list. */
  readonly binaries: readonly Glob[] | null;
}

/** What stands in the row of an endpoint: its number, and what a decision nearly always needs of it. */
const [numberAt, isPlainAt, callersAt, deniesAt, rulesAt] = [0, 1, 2, 3, 4];

/** In the place of {@link callersAt}: any. */
const anyCaller = 0;
/** In the place of rules or denials: there are none, or the index of the endpoint has them. */
const [none, inIndex] = [0, -1];

/**
 * The endpoints of one document. What decides about a usual request stands in one place for each host: the hashes of its
 * rules, the row of its endpoint, and its own row, in this order. An endpoint is the place of its row; the object that
 * says the rest of it is only looked at where there is a rest.
 */
export class Network {
  readonly #integers = new Integers();
  readonly #rules = new RequestSets<CompiledRule>(this.#integers);
  readonly #denies = new RequestSets<CompiledDeny>(this.#integers);
  readonly #endpoints: CompiledEndpoint[] = [];
  readonly #callers: (readonly Glob[] | null)[] = [null];
  readonly #index: EndpointIndex<EndpointDraft>;

  constructor(entries: readonly EndpointEntry<EndpointDraft>[]) {
    const rows = new Map<EndpointDraft, number>();
    const callers = new Map<readonly Glob[] | null, number>([[null, anyCaller]]);
    const write = (draft: EndpointDraft): number => {
      const list = callers.get(draft.binaries) ?? this.#callers.push(draft.binaries) - 1;
      callers.set(draft.binaries, list);
      const row = rows.get(draft) ?? this.#write(draft, list);
      rows.set(draft, row);
      return row;
    };
    this.#index = new EndpointIndex(entries, write, this.#integers);
  }

  /** @param path undefined for a connection: then every endpoint of host and port is visited, with path rank 0. */
  visit(host: string, port: number, path: string | undefined, visitor: EndpointVisitor): void {
    this.#index.visit(host, port, path, visitor);
  }

  /** The hosts that are spelt out. */
  names(): readonly string[] {
    return this.#index.names();
  }

  /** Whether it is about requests that can be read, and demands nothing beyond what its rules say. */
  isPlain(row: number): boolean {
    return this.#integers.at(row + isPlainAt) === 1;
  }

  /** Null: any. */
  callers(row: number): readonly Glob[] | null {
    return this.#callers[this.#integers.at(row + callersAt)] ?? null;
  }

  forbids(row: number): boolean {
    return this.#integers.at(row + deniesAt) !== none;
  }

  /** Gives all denials that are about an operation. */
  findDenies(row: number, operation: Operation, found: Finds<CompiledDeny>): void {
    const denies = this.#integers.at(row + deniesAt);
    if (denies > 0) this.#denies.find(denies, operation.method, operation.path, found);
    else if (denies === inIndex) this.endpoint(row).denies?.find(operation, found);
  }

  /** Gives all rules that are about an operation. */
  findRules(row: number, operation: Operation, found: Finds<CompiledRule>): void {
    const rules = this.#integers.at(row + rulesAt);
    if (rules > 0) this.#rules.find(rules, operation.method, operation.path, found);
    else this.endpoint(row).rules.find(operation, found);
  }

  endpoint(row: number): CompiledEndpoint {
    return this.#endpoints[this.#integers.at(row + numberAt)] as CompiledEndpoint; // a row is written with one
  }

  /** @param callers the number of its list of executables. */
  #write({ endpoint, rules, denies, binaries: _binaries, ...rest }: EndpointDraft, callers: number): number {
    const compiled = Object.freeze({
      ...rest,
      denies: denies.length === 0 ? null : createOperationIndex(endpoint, denies, this.#denies),
      rules: createOperationIndex(endpoint, rules, this.#rules),
    });
    const number = this.#endpoints.push(compiled) - 1;
    const [denied, allowed] = [placeOf(compiled.denies), placeOf(compiled.rules)];
    return this.#integers.push(number, isPlain(compiled) ? 1 : 0, callers, denied, allowed);
  }
}

function isPlain({ protocol, terms, inspectedBytes }: CompiledEndpoint): boolean {
  return protocol === 'rest' && terms === null && inspectedBytes === null;
}

function placeOf(index: OperationIndex<unknown> | null): number {
  if (index === null) return none;
  return index instanceof RestIndex ? index.place : inIndex;
}
