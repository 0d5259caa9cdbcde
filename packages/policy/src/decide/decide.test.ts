import { type Decision, decisionSchema, noUsage, type Obligation, type Question } from '@clawhold/spec';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile, decide, type Snapshot, withGrants } from '../index.ts';
import { decideNaively } from '../testing/decide-naively.ts';
import type { NaiveDecision } from '../testing/outcome-naively.ts';
import { anyGrants, anyLayers, anyQuestion, anyUsage, now } from '../testing/random-policy.ts';

function obligationText(obligation: Obligation): string {
  switch (obligation.kind) {
    case 'reserve':
      return `reserve ${obligation.counter} ${obligation.amount} of ${obligation.limit}`;
    case 'meter':
      return `meter ${obligation.counter} of ${obligation.limit}`;
    case 'consume_grant':
      return `consume_grant ${obligation.grant}`;
    case 'service':
      return `service ${obligation.name}`;
    case 'label_response':
      return `label_response ${obligation.integrity}${obligation.confidentiality === undefined ? '' : ' secret'}`;
    case 'cap':
      return `cap ${obligation.direction} ${obligation.bytes}`;
    case 'record':
      return `record ${obligation.durability}`;
    default:
      return JSON.stringify(obligation);
  }
}

/** Obligations have no order among themselves. */
function summary({ kind, reasons, obligations }: Decision): unknown {
  return { kind, code: reasons[0]?.code, obligations: obligations.map(obligationText).toSorted() };
}

/** Drawn once: drawing costs more than deciding. Each policy answers a window of them. */
const questionPool = 6_000;
const questionsEach = 160;

test(verifies('policy.index-agrees', 'the index decides as the naive reading of the documents does'), () => {
  const asked = fc.sample(fc.tuple(anyQuestion, anyUsage), questionPool);
  const seen = new Map<string, number>();
  let pairs = 0;
  fc.assert(
    fc.property(anyLayers, anyGrants, fc.nat(questionPool), (layers, rules, start) => {
      const compiled = compile(layers);
      fc.pre(compiled.kind === 'ok');
      const snapshot = withGrants(compiled.snapshot, rules);
      // What does not validate opens nothing, so the naive reading does not get to see it.
      const grants = rules.filter(({ id }) => snapshot.documents.grant?.network_policies?.[id] !== undefined);
      for (let index = 0; index < questionsEach; index++) {
        const [question, usage] = asked[(start + index) % questionPool] ?? unreachable();
        const decision = decide(question, snapshot, usage, now);
        const read = decideNaively(question, layers, usage, now, grants);
        const naive = { ...read, obligations: read.obligations.toSorted() };
        pairs++;
        if (read.obligations.some((owed) => owed.startsWith('reserve grant/')))
          seen.set(`granted ${read.kind}`, (seen.get(`granted ${read.kind}`) ?? 0) + 1);
        for (const name of namesOf(question, naive)) seen.set(name, (seen.get(name) ?? 0) + 1);
        if (JSON.stringify(summary(decision)) !== JSON.stringify(naive))
          expect(summary(decision), JSON.stringify(question)).toEqual(naive);
      }
    }),
    { numRuns: scale(700), maxSkipsPerRun: 100 },
  );
  expect(pairs).toBeGreaterThanOrEqual(100_000);
  // A comparison proves nothing about what never came up.
  for (const name of [
    'egress allow rule',
    'egress allow grant',
    'egress ask rule',
    'egress deny condition',
    'egress deny default',
    'egress allow default',
    'tool deny condition',
    'inference deny condition',
    'egress ask flow',
    'egress deny no_rule',
    'egress deny flow',
    'egress deny hard_block',
    'egress deny explicit_deny',
    'egress deny beyond_ceiling',
    'egress deny budget',
    'tool allow rule',
    'granted allow',
    'tool allow default',
    'tool allow grant',
    'tool ask rule',
    'tool ask flow',
    'tool ask default',
    'tool ask burst',
    'tool deny explicit_deny',
    'tool deny beyond_ceiling',
    'tool deny flow',
    'tool deny budget',
    'tool deny burst',
    'inference allow default',
    'inference allow rule',
    'inference ask flow',
    'inference deny flow',
    'inference deny feature',
    'inference deny no_rule',
    'inference deny beyond_ceiling',
    'inference deny budget',
    ...protocols.flatMap((protocol) => [`${protocol} allow`, `${protocol} ask`, `${protocol} deny`]),
  ])
    expect(seen.get(name) ?? 0, name).toBeGreaterThan(0);
  // Verdicts and protocols are no rarities among the pairs either.
  for (const name of ['allow', 'ask', 'deny', ...protocols])
    expect(seen.get(name) ?? 0, name).toBeGreaterThan(pairs / 100);
}, 600_000);

const protocols = ['connection', 'head', 'websocket', 'graphql', 'mcp', 'json-rpc', 'grpc', 'a2a'];

/** Under which names a pair is counted. */
function namesOf(question: Question, { kind, code }: NaiveDecision): readonly string[] {
  const names = [kind, `${question.kind} ${kind} ${code}`];
  if (question.kind !== 'egress') return names;
  const { operation } = question;
  const protocol = operation === undefined ? 'connection' : (operation.message?.protocol ?? 'head');
  return [...names, protocol, `${protocol} ${kind}`];
}

function snapshotOf(agent: Parameters<typeof compile>[0]['agent'], ceiling = agent): Snapshot {
  const compiled = compile({ ceiling: { ...ceiling, version: 1 }, agent });
  if (compiled.kind === 'invalid') throw new Error(JSON.stringify(compiled.problems));
  return compiled.snapshot;
}

test(verifies('policy.total', 'garbage is denied, nothing throws'), () => {
  const snapshot = snapshotOf({ version: 1 });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.anything(),
        fc.record({
          kind: fc.constantFrom('egress', 'tool', 'inference'),
          host: fc.anything(),
          caller: fc.anything(),
          operation: fc.anything(),
          parameters: fc.anything(),
          data: fc.anything(),
          features: fc.anything(),
        }),
      ),
      (garbage) => {
        // Whatever crosses the types must still be answered.
        const decision = decide(garbage as Question, snapshot, noUsage, now);
        expect(decisionSchema.safeParse(decision).success).toBe(true);
        expect(decision.kind).not.toBe('allow');
      },
    ),
    { numRuns: scale(2_000) },
  );
});

test(verifies('policy.total', 'a usage that throws denies'), () => {
  const usage = {
    spent: () => {
      throw new Error('the counters are gone');
    },
    grant: () => undefined,
  };
  const snapshot = snapshotOf({ version: 1, budgets: { wall: 60 } });
  const question: Question = {
    kind: 'tool',
    caller: { agent: 'a' },
    phase: 'run',
    tool: 'file.read',
    effect: 'read',
    parameters: [],
  };
  expect(decide(question, snapshot, usage, now).kind).toBe('deny');
  expect(decide(question, snapshot, { spent: () => Number.NaN, grant: () => undefined }, now).kind).toBe('deny');
});

test(verifies('policy.pure', 'the same question has the same answer, which the digest of the policy goes with'), () => {
  fc.assert(
    fc.property(anyLayers, anyQuestion, anyUsage, (layers, question, usage) => {
      const [first, second] = [compile(layers), compile(structuredClone(layers))];
      fc.pre(first.kind === 'ok' && second.kind === 'ok');
      expect(decide(question, first.snapshot, usage, now)).toEqual(decide(question, second.snapshot, usage, now));
      expect(decide(question, first.snapshot, usage, now).policy).toBe(first.snapshot.digest);
    }),
    { numRuns: 60 },
  );
}, 120_000);

function unreachable(): never {
  throw new Error('the window lies within the pool');
}
