import { createHash } from 'node:crypto';
import { requestDigest } from '@clawhold/approvals';
import { type Target, urlOf } from '@clawhold/egress';
import { normaliseHost, normalisePath, readDestinations, requestTerms } from '@clawhold/policy';
import type { EgressQuestion, Inverse, Parameter, ToolQuestion } from '@clawhold/spec';
import type { PreparedCall, ToolRequest } from '@clawhold/tools';
import type { Asker } from '../deciding/judge.ts';
import type { LiveRun } from '../runs/live-run.ts';

/** Parameters in a question are shortened to this many characters; labels are computed from whole values. */
const shownCharacters = 200;

/** A request as it will leave, with its question and the digest that stands for exactly it. */
export interface RequestQuestion {
  readonly question: EgressQuestion;
  readonly url: string;
  readonly bodyDigest: string;
  /** The digest by which the proxy will find the grant. */
  readonly digest: string;
  /** How the policy says that it is taken back. */
  readonly inverse: Inverse;
}

export type AskedRequest =
  | ({ readonly kind: 'ok' } & RequestQuestion)
  | { readonly kind: 'refused'; readonly reason: string };

/** Writes a prepared call as a question about the tool. What its request may do is a question of its own. */
export function toolQuestion(call: PreparedCall, run: LiveRun, phase: ToolQuestion['phase']): ToolQuestion {
  return {
    kind: 'tool',
    caller: callerOf(run),
    phase,
    tool: call.tool,
    // Sending a request is harmless until it is allowed to leave, and that is decided as egress.
    effect: call.request === null ? call.effect : 'read',
    parameters: call.parameters.map(({ name, role, value }) => parameter(run, name, role, value)),
    arguments: call.arguments,
    ...(call.programs === null ? {} : { command: { effective: [...call.programs] } }),
  };
}

/**
 * Writes the request of a call as the question that the proxy will ask about it, body included.
 *
 * @param executable the program that will send it.
 */
export function requestQuestion(
  request: ToolRequest,
  run: LiveRun,
  asker: Asker,
  executable: string | undefined,
): AskedRequest {
  const target = targetOf(request.url);
  if (target.kind === 'refused') return target;
  const { method } = request;
  const outline: EgressQuestion = {
    kind: 'egress',
    caller: { ...callerOf(run), ...(executable === undefined ? {} : { executable, ancestors: [] }) },
    host: target.host,
    port: target.port,
    scheme: target.scheme,
    operation: { method, path: target.path, query: target.query, parameters: [] },
    data: run.provenance.seen,
  };
  const terms = requestTerms(outline, asker.snapshot);
  const body = Buffer.from(request.body ?? '');
  const header = (wanted: string): string | undefined => request.headers.find(([name]) => name === wanted)?.[1];
  const read = readDestinations(terms.destinations, {
    query: target.query,
    contentType: header('content-type') ?? '',
    contentEncoding: header('content-encoding'),
    body,
  });
  if (read.kind === 'refused') return read;
  const url = urlOf(target);
  const bodyDigest = createHash('sha256').update(body).digest('hex');
  const digest = requestDigest({ method, url, headers: request.headers, bodyDigest });
  const parameters = read.values.map(({ name, value }) => parameter(run, name, 'destination', value));
  const inverse: Inverse =
    terms.inverse === null
      ? { kind: 'none' }
      : { kind: 'call', tool: 'http.fetch', arguments: { method: terms.inverse.method, path: terms.inverse.path } };
  return {
    kind: 'ok',
    question: {
      ...outline,
      operation: { method, path: target.path, query: target.query, parameters },
      action: digest,
    },
    url,
    bodyDigest,
    digest,
    inverse,
  };
}

export function callerOf(run: LiveRun): ToolQuestion['caller'] {
  return { agent: run.agent, run: run.id, sandbox: run.sandboxId };
}

function parameter(run: LiveRun, name: string, role: Parameter['role'], value: string): Parameter {
  return { name, role, value: value.slice(0, shownCharacters), label: run.provenance.labelOf(value) };
}

function targetOf(text: string): Target | { readonly kind: 'refused'; readonly reason: string } {
  const url = new URL(text);
  const host = normaliseHost(url.hostname);
  if (host.kind === 'refused') return host;
  const path = normalisePath(url.pathname);
  if (path.kind === 'refused') return path;
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  const port = url.port === '' ? (scheme === 'https' ? 443 : 80) : Number(url.port);
  return { kind: 'target', scheme, host: host.host, port, path: path.path, query: url.search.slice(1) };
}
