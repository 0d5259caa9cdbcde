import type { Label, Question } from '@clawhold/spec';
import { normaliseHost } from '../host/host.ts';
import { normaliseUrl } from '../request/url.ts';
import type { PolicyTestCase } from './policy-test.ts';

export type QuestionResult =
  | { readonly kind: 'ok'; readonly question: Question }
  /** The question cannot even be put: no policy would be asked, and the answer is no. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Puts a case of a policy test as the question that the running system would put. */
export function questionOf(asked: PolicyTestCase): QuestionResult {
  const { request, connect, tool, model, executable, ancestors } = asked;
  const caller = {
    agent: 'test',
    ...(executable === undefined ? {} : { executable }),
    ...(ancestors === undefined ? {} : { ancestors }),
  };
  const data: Label = {
    integrity: asked.data?.integrity ?? 'local',
    confidentiality: asked.data?.confidentiality ?? 'internal',
    readers: null,
    sources: [],
  };
  if (request !== undefined) {
    const url = normaliseUrl(request.url, { encodedSlash: true });
    if (url.kind === 'refused') return url;
    const { host, port, scheme, path, query } = url;
    const message = request.message === undefined ? {} : { message: request.message };
    const operation = { method: request.method, path, query, parameters: [], ...message };
    return { kind: 'ok', question: { kind: 'egress', caller, host, port, scheme, operation, data } };
  }
  if (connect !== undefined) {
    const [, rawHost = '', port = ''] = /^(.*):(\d{1,5})$/.exec(connect) ?? [];
    const host = normaliseHost(rawHost);
    if (host.kind === 'refused') return host;
    return {
      kind: 'ok',
      question: { kind: 'egress', caller, host: host.host, port: Number(port), scheme: 'tcp', data },
    };
  }
  if (tool !== undefined) {
    const { name, effect = 'read', arguments: values = {}, command } = tool;
    const effective = command === undefined ? {} : { command: { effective: command } };
    const asks = { kind: 'tool', caller, phase: 'run', tool: name, effect, parameters: [], arguments: values } as const;
    return { kind: 'ok', question: { ...asks, parameters: [], ...effective } };
  }
  const [provider = '', ...rest] = (model?.name ?? '').split('/');
  const { locality = 'remote', features = [], tokens = 0 } = model ?? {};
  return {
    kind: 'ok',
    question: { kind: 'inference', caller, provider, model: rest.join('/'), locality, features, tokens, data },
  };
}
