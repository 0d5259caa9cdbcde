import {
  confidentialityLevels,
  effects,
  type Grant,
  type GrantRule,
  integrityLevels,
  type Label,
  networkPolicySchema,
  type Parameter,
  type PolicyDocument,
  policyDocumentSchema,
  providerFeatures,
  type Question,
  type Usage,
} from '@clawhold/spec';
import fc from 'fast-check';
import type { Layers } from '../load/layer.ts';
import { from, maybe } from './choice.ts';
import { networkPolicy } from './random-endpoint.ts';
import { anyConversation } from './random-operation.ts';

/** Small worlds, so that rules and questions meet often. */
const toolNames = ['file.read', 'file.write', 'shell.exec', 'email.delete', 'email.delete.all'];
const toolPatterns = ['file.*', 'email.delete*', '*', 'shell.exec', 'email.?elete', '{file.read,shell.exec}'];
const models = ['gpt', 'llama/8b', 'tiny'];
const modelPatterns = ['openai/*', '*/gpt', 'local/llama*', '*'];
/** As text, because the language's own word `then` makes an object literal look like a promise. */
const burst = fc
  .tuple(from(1, 3), from('10m', '1h'), from('ask', 'deny'))
  .map(([max, per, beyond]): unknown => JSON.parse(`{"max":${max},"per":"${per}","then":"${beyond}"}`));

const toolRule = fc.record(
  {
    match: from(...toolPatterns),
    decision: from('allow', 'ask', 'deny'),
    effect: from(...effects),
    where: from(
      ...Array.from({ length: 8 }, () => 'true'),
      "args.path == 'x'",
      'size(args.list) < 2',
      "command.effective.all(c, c == 'git')",
    ),
    burst,
  },
  { requiredKeys: ['match'] },
);

const flowRule = fc
  .tuple(
    fc.boolean(),
    fc.record(
      { integrity: from(...integrityLevels), confidentiality: from(...confidentialityLevels) },
      { requiredKeys: [] },
    ),
    from({ parameter: 'destination' }, { parameter: 'content', reader: 'external' }, { reader: 'external' }),
  )
  .chain(([asks, source, to]) =>
    from({}, {}, { approvers: 2 }, { not: 'requester' }).map((who) =>
      asks ? { ask: { from: source, to, ...who } } : { deny: { from: source, to } },
    ),
  );

const body = fc.record(
  {
    network_policies: fc.dictionary(from('one', 'two', 'three'), networkPolicy, { minKeys: 1, maxKeys: 3 }),
    tools: fc.array(toolRule, { minLength: 1, maxLength: 6 }),
    flows: fc.array(flowRule, { minLength: 1, maxLength: 1 }),
    inference: fc.record(
      {
        models: fc.subarray(modelPatterns, { minLength: 1 }),
        features: fc.subarray([...providerFeatures]),
        routes: from(
          [{ when: "labels.confidentiality == 'secret'", use: 'local' }, { use: 'default' }],
          [{ when: 'labels.integrity', use: 'local' }],
          [{ when: "labels.integrity == 'external'", use: 'openai/gpt-5' }, { use: 'local' }],
        ),
        redact: from(['pii'], ['secrets', 'pii']),
      },
      { requiredKeys: [] },
    ),
    budgets: fc.record(
      {
        tokens: from('100/run', '1k/day'),
        cost: from('5 USD/run'),
        wall: from('30m'),
        egress: from('100/run', '1KiB/day'),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

function document(extra: Readonly<Record<string, unknown>>): fc.Arbitrary<PolicyDocument> {
  return body.map((parts) => policyDocumentSchema.parse({ version: 1, ...parts, ...extra }));
}

const ceiling = fc
  .boolean()
  .chain((service) => document(service ? { services: { 'finance.local': { port: 9_000 } } } : {}));

/** Never all of one price: which of several counts must show. */
const prices = fc.dictionary(
  from(...modelPatterns, 'openai/gpt'),
  fc.record({ input: from(0, 1, 30_000), output: from(0, 2, 40_000) }),
  { minKeys: 1, maxKeys: 3 },
);

/** Layers that may or may not compile; endpoints that disagree are among them. */
export const anyLayers: fc.Arbitrary<Layers> = fc
  .tuple(
    fc.oneof(
      { weight: 1, arbitrary: ceiling },
      { weight: 3, arbitrary: fc.constant(policyDocumentSchema.parse({ version: 1 })) },
    ),
    fc.option(document({}), { freq: 1, nil: undefined }),
    fc.oneof(
      { weight: 9, arbitrary: document({}) },
      {
        weight: 1,
        arbitrary: document({ mode: 'learn', learn: { operator: 'ops', expires: '2026-11-22T13:00:00Z' } }),
      },
    ),
    maybe(prices),
  )
  .map(([outer, team, agent, priced]) => ({
    ceiling: priced === undefined ? outer : { ...outer, inference: { ...outer.inference, prices: priced } },
    agent,
    ...(team === undefined ? {} : { team }),
  }));

const runs = ['run_0123456789', 'run_9876543210'] as const;

/** Granted rules: for every run or one, live or late, and of the same small world as the documents. */
export const anyGrants: fc.Arbitrary<readonly GrantRule[]> = fc
  .array(
    fc.record({
      run: from(null, null, runs[0]),
      policy: networkPolicy,
      expires: from('2026-11-22T12:00:01Z', '2026-11-22T12:00:01Z', '2026-11-22T12:00:00Z'),
      uses: from(1, 61),
    }),
    { maxLength: 2 },
  )
  .map((rules) =>
    rules.map(({ policy, ...rule }, at) => ({
      id: `prp_000000000${at}` as const,
      agent: 'tour',
      policy: networkPolicySchema.parse(policy),
      ...rule,
    })),
  );

const label: fc.Arbitrary<Label> = fc.record({
  integrity: from(...integrityLevels),
  confidentiality: from(...confidentialityLevels),
  readers: fc.constant(null),
  sources: fc.subarray([
    { kind: 'file' as const, path: 'invoices/INV-0031.txt' },
    { kind: 'host' as const, host: 'a.example.com' },
  ]),
});

const parameters: fc.Arbitrary<Parameter[]> = fc.array(
  fc.record({
    name: from('/account', 'url'),
    role: from('destination', 'content', 'plain'),
    value: fc.constant('DE89'),
    label,
  }),
  { maxLength: 2 },
);

const executables = ['/usr/bin/gh', '/usr/bin/node', '/opt/tool/bin/x'];

const caller = fc.record(
  {
    agent: fc.constant('tour'),
    run: from(...runs),
    executable: from(...executables),
    ancestors: fc.subarray(executables),
  },
  { requiredKeys: ['agent'] },
);
const actions: readonly [string, string] = ['a'.repeat(64), 'b'.repeat(64)];
const action = maybe(from(...actions));

const egressQuestion = anyConversation
  .chain(({ host, port, scheme, operation }) =>
    fc.record({
      caller,
      host: fc.constant(host),
      port: fc.constant(port),
      scheme: fc.constant(scheme),
      operation: parameters.map((values) =>
        operation === undefined ? undefined : { ...operation, parameters: values },
      ),
      data: label,
      action,
    }),
  )
  .map((question) => ({ kind: 'egress' as const, ...question }));

const toolQuestion = fc
  .record({
    caller,
    phase: from('proposed', 'run'),
    tool: from(...toolNames),
    effect: from(...effects),
    parameters,
    action,
    arguments: maybe(from<Record<string, unknown>>({ path: 'x' }, { path: 'y', list: [1] }, { list: [1, 2] }, {})),
    command: maybe(from({ effective: ['git'] }, { effective: ['git', 'rm'] })),
  })
  .map((question) => ({ kind: 'tool' as const, ...question }));

const inferenceQuestion = fc
  .record({
    caller,
    provider: from('openai', 'local'),
    model: from(...models),
    locality: from('local', 'remote'),
    features: fc.subarray([...providerFeatures], { maxLength: 1 }),
    tokens: from(0, 50, 100, 101),
    answerTokens: maybe(from(0, 20, 100)),
    data: label,
  })
  .map((question) => ({ kind: 'inference' as const, ...question }));

/** Questions as the schema has them; the optional parts may be undefined, which decides the same as absent. */
export const anyQuestion: fc.Arbitrary<Question> = fc.oneof(
  { weight: 6, arbitrary: egressQuestion },
  { weight: 2, arbitrary: toolQuestion },
  { weight: 1, arbitrary: inferenceQuestion },
  // `exactOptionalPropertyTypes` tells absent from undefined; JSON does not.
) as fc.Arbitrary<Question>;

export const now: number = Date.parse('2026-11-22T12:00:00Z');

/** Counters that are empty, half full or full, and a grant that is live, late or for something else. */
export const anyUsage: fc.Arbitrary<Usage> = fc
  .tuple(from(0, 0, 0, 0, 1, 60, 1_000_000), from('live', 'late', 'other', 'none'), from(1, 2), fc.boolean())
  .map(([spent, kind, count, excludeRequester]) => ({
    spent: () => spent,
    grant: (asked) => {
      if (kind === 'none' || asked !== actions[0]) return undefined;
      const grant: Grant = {
        id: 'grt_0123456789',
        approval: 'apr_0123456789',
        action: kind === 'other' ? actions[1] : asked,
        expires: kind === 'late' ? '2026-11-22T12:00:00Z' : '2026-11-22T12:00:01Z',
        approvers: { count, excludeRequester },
      };
      return grant;
    },
  }));
