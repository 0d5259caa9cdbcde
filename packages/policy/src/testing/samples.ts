import {
  type Decision,
  type EgressQuestion,
  type InferenceQuestion,
  type Label,
  noUsage,
  type PolicyDocument,
  policyDocumentSchema,
  type Question,
  type ToolQuestion,
  type Usage,
} from '@clawhold/spec';
import { parse } from 'yaml';
import { compile, decide, type Snapshot } from '../index.ts';

const now = Date.parse('2026-11-22T12:00:00Z');
export const action: string = 'a'.repeat(64);
/** A live grant for whatever is asked. */
export const granted: Usage = {
  spent: () => 0,
  grant: (asked) => ({
    id: 'grt_0123456789',
    approval: 'apr_0123456789',
    action: asked,
    expires: '2026-11-22T12:00:01Z',
    approvers: { count: 1, excludeRequester: false },
  }),
};

/** Reads YAML without its `version`. */
export function document(text: string): PolicyDocument {
  return policyDocumentSchema.parse({ version: 1, ...(parse(text) as object | null) });
}

export interface TestPolicy {
  readonly snapshot: Snapshot;
  decide(question: Question, usage?: Usage): Decision;
}

/** Compiles texts, and answers questions. */
export function policy(agent: string, ceiling = '', team?: string): TestPolicy {
  const compiled = compile({
    ceiling: document(ceiling),
    agent: document(agent),
    ...(team === undefined ? {} : { team: document(team) }),
  });
  if (compiled.kind === 'invalid') throw new Error(compiled.problems.map(({ message }) => message).join('\n'));
  const { snapshot } = compiled;
  return {
    snapshot,
    decide: (question: Question, usage: Usage = noUsage): Decision => decide(question, snapshot, usage, now),
  };
}

export function label(integrity: Label['integrity'], file?: string): Label {
  return {
    integrity,
    confidentiality: 'internal',
    readers: null,
    sources: file === undefined ? [] : [{ kind: 'file', path: file }],
  };
}

export function request(
  method: string,
  host: string,
  path: string,
  extra: Partial<EgressQuestion> = {},
): EgressQuestion {
  return {
    kind: 'egress',
    caller: { agent: 'tour' },
    host,
    port: 443,
    scheme: 'https',
    operation: { method, path, query: '', parameters: [] },
    data: label('local'),
    ...extra,
  };
}

export function connection(host: string, port = 443): EgressQuestion {
  return { kind: 'egress', caller: { agent: 'tour' }, host, port, scheme: 'tcp', data: label('local') };
}

export const toolCall: ToolQuestion = {
  kind: 'tool',
  caller: { agent: 'tour' },
  phase: 'run',
  tool: 'file.read',
  effect: 'read',
  parameters: [],
};
export const inference: InferenceQuestion = {
  kind: 'inference',
  caller: { agent: 'tour' },
  provider: 'openai',
  model: 'gpt',
  locality: 'remote',
  features: [],
  tokens: 10,
  data: label('local'),
};

export function spent(amount: number): Usage {
  return { spent: () => amount, grant: () => undefined };
}

/** A policy with one endpoint at port 443. */
export function open(host: string, rest = ''): string {
  return `network_policies: { api: { endpoints: [{ host: ${host}, port: 443${rest} }] } }`;
}
