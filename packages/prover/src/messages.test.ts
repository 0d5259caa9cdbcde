import { type Claim, decide, describeQuestion, draftPolicy, prove } from '@clawhold/policy';
import { type EgressQuestion, noUsage, operationTypes, type RequestMessage } from '@clawhold/spec';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { afterAll, expect, test, vi } from 'vitest';
import { startSolver } from './solver.ts';

vi.setConfig({ testTimeout: 120_000 });

const solver = startSolver();
afterAll(() => solver[Symbol.asyncDispose]());

type Snapshot = Extract<ReturnType<typeof draftPolicy>, { kind: 'ok' }>['snapshot'];

/** Written as JSON, which YAML is. */
function policy(endpoint: object): Snapshot {
  const endpoints = [{ host: 'api.example.com', port: 443, ...endpoint }];
  const source = JSON.stringify({ version: 1, network_policies: { api: { endpoints } } });
  const draft = draftPolicy({ name: 'draft.yaml', source });
  if (draft.kind === 'invalid') throw new Error(draft.problems[0]?.message);
  return draft.snapshot;
}

async function growth(before: Snapshot, after: Snapshot): Promise<string> {
  const claim: Claim = { kind: 'growth', before };
  const proof = await prove(claim, after, 0, solver.solve, 20_000);
  return proof.kind === 'counterexample' ? describeQuestion(proof.question) : proof.kind;
}

const mcp = (...tools: readonly object[]) => ({ protocol: 'mcp', tools });
const tool = (name: string, rest: object = { allow: true }) => ({ name, ...rest });
const mcpRules = (...rules: readonly object[]) => ({ protocol: 'mcp', rules: rules.map((allow) => ({ allow })) });
const graphql = (...rules: readonly object[]) => ({
  protocol: 'graphql',
  rules: rules.map((allow) => ({ allow })),
});

test(
  verifies('policy-tools.prove', 'growth of tools, methods, operations and fields is proved, or shown by one'),
  async () => {
    const searching = policy(mcp(tool('search*'), tool('search_secret', { deny: true })));
    expect(await growth(searching, policy(mcp(tool('search_docs'), tool('search-all'))))).toBe('proved');
    expect(await growth(searching, policy(mcp(tool('search_docs'), tool('write'))))).toContain('write');
    expect(await growth(searching, policy(mcp(tool('search_*'))))).toContain('search_secret');
    // A person is asked there, which is no opening.
    expect(await growth(searching, policy(mcp(tool('search_docs'), tool('write', { ask: true }))))).toBe('proved');
    const methods = (...rules: readonly object[]) => policy(mcpRules(...rules));
    expect(await growth(methods({ method: 'resources/*' }), methods({ method: 'resources/read' }))).toBe('proved');
    expect(await growth(methods({ method: 'resources/read' }), methods({ method: 'resources/*' }))).toContain(
      'resources/',
    );
    const reading = policy(graphql({ operation_type: 'query', fields: ['repo*', 'viewer'] }));
    expect(await growth(reading, policy(graphql({ operation_type: 'query', fields: ['repository'] })))).toBe('proved');
    expect(
      await growth(reading, policy(graphql({ operation_type: 'query', fields: ['repository', 'user'] }))),
    ).toContain('user');
    expect(await growth(reading, policy(graphql({ operation_type: '*', fields: ['viewer'] })))).toMatch(
      /mutation|subscription/,
    );
    const keeping = (...lists: readonly (readonly string[])[]) =>
      policy({
        ...graphql({ operation_type: 'query' }),
        deny_rules: lists.map((fields) => ({ operation_type: 'query', fields })),
      });
    expect(await growth(keeping(['a', 'b']), keeping(['a'], ['b']))).toBe('proved');
    const named = policy(graphql({ operation_type: 'query', operation_name: 'Get*' }));
    expect(await growth(named, policy(graphql({ operation_type: 'query', operation_name: 'GetOne' })))).toBe('proved');
    expect(await growth(named, policy(graphql({ operation_type: 'query' })))).toContain('query');
  },
);

test(verifies('policy-tools.prove', 'what arguments and stored queries decide is not proved'), async () => {
  const limited = policy(mcp(tool('pay', { allow: true, where: 'args.amount < 10' })));
  expect(await growth(limited, limited)).toBe('unknown');
  const stored = (id: string) =>
    policy({
      ...graphql({ operation_type: 'query', fields: ['viewer'] }),
      persisted_queries: 'allow_registered',
      graphql_persisted_queries: { [id]: { operation_type: 'query', fields: ['viewer'] } },
    });
  expect(await growth(stored('a'), stored('b'))).not.toBe('proved');
});

const names = ['a', 'ab', 'b'];
const pattern = fc.constantFrom(...names, 'a*', '*', '{a,b}', '?');
const verdict = fc.constantFrom({ allow: true }, { ask: true }, { deny: true });
const someTarget = fc.record(
  {
    operation_type: fc.constantFrom(...operationTypes, '*'),
    operation_name: pattern,
    fields: fc.array(pattern, { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: ['operation_type'] },
);
const endpoint: fc.Arbitrary<object> = fc.oneof(
  fc
    .array(fc.tuple(pattern, verdict), { minLength: 1, maxLength: 3 })
    .map((tools) => mcp(...tools.map(([name, rest]) => tool(name, rest)))),
  fc
    .record({
      allow: fc.array(fc.record({ method: pattern }), { minLength: 1, maxLength: 2 }),
      deny: fc.array(fc.record({ tool: pattern }), { minLength: 1, maxLength: 1 }),
    })
    .map(({ allow, deny }) => ({ ...mcpRules(...allow), deny_rules: deny })),
  fc
    .record({
      allow: fc.array(someTarget, { minLength: 1, maxLength: 2 }),
      deny: fc.array(someTarget, { minLength: 1, maxLength: 1 }),
    })
    .map(({ allow, deny }) => ({ ...graphql(...allow), deny_rules: deny })),
  fc.constant({ access: 'read-write' }),
);

/** Every message of a little world, and none. */
const world: readonly (RequestMessage | undefined)[] = [
  undefined,
  ...[...names, 'tools/list', 'initialize'].map((method) => ({
    protocol: 'mcp' as const,
    method,
    tool: null,
    arguments: {},
  })),
  ...[...names, 'c'].map((name) => ({ protocol: 'mcp' as const, method: 'tools/call', tool: name, arguments: {} })),
  ...operationTypes.flatMap((type) =>
    [null, ...names].flatMap((name) =>
      [['a'], ['b'], ['a', 'ab'], ['ab', 'b'], ['c']].map((fields) => ({
        protocol: 'graphql' as const,
        type,
        name,
        fields,
        persisted: null,
      })),
    ),
  ),
];

function passes(message: RequestMessage | undefined, snapshot: Snapshot): boolean {
  const question: EgressQuestion = {
    kind: 'egress',
    caller: { agent: 'agent' },
    host: 'api.example.com',
    port: 443,
    scheme: 'https',
    operation: { method: 'POST', path: '/', query: '', parameters: [], ...(message === undefined ? {} : { message }) },
    data: { integrity: 'local', confidentiality: 'internal', readers: null, sources: [] },
  };
  const { kind, obligations } = decide(question, snapshot, noUsage, 0);
  return kind === 'allow' && !obligations.some((owed) => owed.kind === 'inspect');
}

test(
  verifies('policy-tools.prove', 'what is proved of messages decide holds for every message of a little world'),
  async () => {
    const seen = { proved: 0, shown: 0 };
    await fc.assert(
      fc.asyncProperty(endpoint, endpoint, async (first, second) => {
        const [before, after] = [policy(first), policy(second)];
        const answer = await growth(before, after);
        // Names are all there is to know here.
        expect(answer).not.toBe('unknown');
        const grown = world.filter((message) => passes(message, after) && !passes(message, before));
        if (answer === 'proved') expect(grown).toEqual([]);
        seen[answer === 'proved' ? 'proved' : 'shown']++;
      }),
      { numRuns: scale(60) },
    );
    expect(seen.proved).toBeGreaterThan(0);
    expect(seen.shown).toBeGreaterThan(0);
  },
);
