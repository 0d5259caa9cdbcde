import type { Endpoint, PolicyDocument } from '@clawhold/spec';
import { compilePathPattern } from '../endpoint/path-pattern.ts';
import { expandAlternatives } from '../glob/glob.ts';
import { compileHostPattern } from '../host/host-pattern.ts';
import { portsOf, protocolOf } from '../load/endpoint-protocol.ts';
import { all, any, not, type Term } from './term.ts';
import type { Vocabulary } from './vocabulary.ts';

/** One way in which an endpoint comes into sight: one of its host patterns with one of its path patterns. */
export interface Sight {
  readonly endpoint: Endpoint;
  /** Higher is more specific; the host goes before the path. */
  readonly rank: readonly [host: number, path: number];
  /** Host and port match. */
  readonly place: Term;
  /** Host, port and path match. */
  readonly matches: Term;
  /** No rule is known to exclude this caller: it is one of them, or unknown. */
  readonly maybeCalled: Term;
  /** Whether it takes part in deciding for this caller. */
  readonly counts: Term;
}

/** Gives every list of executables a variable of its own: a caller may have ancestors in several. */
export class Callers {
  readonly #variables = new Map<string, { readonly variable: string; readonly patterns: readonly string[] }>();

  variableOf(patterns: readonly string[]): string {
    const key = JSON.stringify(patterns);
    const known = this.#variables.get(key) ?? { variable: `called_${this.#variables.size}`, patterns };
    this.#variables.set(key, known);
    return known.variable;
  }

  lists(): readonly { readonly variable: string; readonly patterns: readonly string[] }[] {
    return [...this.#variables.values()];
  }
}

export function sightsOf(document: PolicyDocument, callers: Callers, words: Vocabulary): readonly Sight[] {
  return Object.values(document.network_policies ?? {}).flatMap(({ endpoints, binaries }) =>
    endpoints.flatMap((endpoint) => {
      const hosts = compileHostPattern(endpoint.host);
      if (hosts.kind === 'refused') return [];
      const called = calledTerm(
        binaries?.map(({ path }) => path),
        callers,
      );
      const port = any(portsOf(endpoint).map((number) => `(= port ${number})`));
      return hosts.patterns.flatMap((host) =>
        pathsOf(endpoint, words).map(({ rank, term }): Sight => {
          const place = all([words.host(host.source), port]);
          const matches = all([place, term]);
          const maybeCalled = any([called, 'unknown_caller']);
          const counts = all([matches, called]);
          return { endpoint, rank: [host.rank, rank], place, matches, maybeCalled, counts };
        }),
      );
    }),
  );
}

function calledTerm(patterns: readonly string[] | undefined, callers: Callers): Term {
  if (patterns === undefined || patterns.some((pattern) => pattern === '**' || pattern === '/**')) return 'true';
  return all([not('unknown_caller'), callers.variableOf(patterns)]);
}

/** A connection has no path: then every endpoint of host and port is in sight, none before another. */
function pathsOf({ path }: Endpoint, words: Vocabulary): readonly { readonly rank: number; readonly term: Term }[] {
  if (path === undefined) return [{ rank: 0, term: 'true' }];
  const sources = expandAlternatives(path);
  return (sources.kind === 'ok' ? sources.patterns : []).flatMap((source) => {
    const compiled = compilePathPattern(source);
    const rank = compiled.kind === 'ok' ? (compiled.patterns[0]?.rank ?? 0) : 0;
    return [{ rank, term: any(['connecting', words.path(source)]) }];
  });
}

/** The sight is one of those that decide: nothing more specific counts. */
export function decides(sight: Sight, others: readonly Sight[]): Term {
  const [host, path] = sight.rank;
  const above = others.filter(({ rank }) => rank[0] > host);
  const beside = others.filter(({ rank }) => rank[0] === host && rank[1] > path);
  return all([
    sight.counts,
    not(any(above.map(({ counts }) => counts))),
    any(['connecting', not(any(beside.map(({ counts }) => counts)))]),
  ]);
}

export function exchangesCredential(endpoint: Endpoint): boolean {
  return (
    endpoint.credential_binding !== undefined ||
    endpoint.credential_signing !== undefined ||
    endpoint.request_body_credential_rewrite === true ||
    endpoint.websocket_credential_rewrite === true
  );
}

export function isRead(endpoint: Endpoint): boolean {
  return protocolOf(endpoint) !== 'tcp';
}
