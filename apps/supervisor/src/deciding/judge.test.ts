import { compileBundle } from '@clawhold/policy';
import { type Decision, noUsage, type Obligation, type ToolQuestion } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { type Asker, createJudge, type JudgeParts } from './judge.ts';
import { createRunUsage } from './run-usage.ts';
import { memoryCounters } from './testing/counters.ts';

const { snapshots } = compileBundle({ ceiling: 'version: 1\n', agents: { a: 'version: 1\n' } }, []);
const run = 'run_aaaaaaaaaa';
const question: ToolQuestion = {
  kind: 'tool',
  caller: { agent: 'a', run },
  phase: 'run',
  tool: 'file.read',
  effect: 'read',
  parameters: [],
};
const circumstances = { step: null, what: 'file.read' };

function asker(): Asker {
  const snapshot = snapshots.get('a');
  if (snapshot === undefined) throw new Error('the bundle has no agent');
  return { run, snapshot, usage: createRunUsage({ run, agent: 'a', began: 0 }, memoryCounters(), Date.now) };
}

function judge(extra: Partial<JudgeParts> = {}) {
  const recorded: unknown[] = [];
  const told: string[] = [];
  const gateway: JudgeParts['gateway'] = {
    appendEvents: async ({ events }) => ({ recorded: recorded.push(...events) }),
    appendTimeline: async ({ bodies }) => {
      for (const body of bodies) if (body.kind === 'decision') told.push(`${body.decision.kind} ${body.what}`);
      return {};
    },
  };
  const parts: JudgeParts = {
    lease: { valid: () => true },
    gateway,
    now: Date.now,
    summarise: () => undefined,
    ...extra,
  };
  return { judge: createJudge(parts), recorded, told };
}

function allow(...obligations: readonly Obligation[]): Decision {
  return { kind: 'allow', reasons: [], rules: [], obligations: [...obligations], policy: 'a'.repeat(64) };
}

const durable: Obligation = { kind: 'record', durability: 'durable' };
const two: Obligation = { kind: 'reserve', counter: 'tokens/run', amount: 2, limit: 3 };

test(verifies('supervisor.lease-runs-out', 'without a lease everything is denied'), () => {
  expect(judge().judge.decide(question, asker()).kind).toBe('allow');
  expect(judge({ lease: { valid: () => false } }).judge.decide(question, asker())).toMatchObject({
    kind: 'deny',
    reasons: [{ code: 'hard_block' }],
  });
  expect(noUsage.spent('tokens/run')).toBe(0);
});

test(
  verifies('supervisor.budgets-hold', 'a lost reservation is a refusal, and nothing is recorded as done'),
  async () => {
    const { judge: one, recorded } = judge();
    const who = asker();
    expect(await one.admit(question, allow(two, durable), who, circumstances)).toMatchObject({ kind: 'go' });
    expect(await one.admit(question, allow(two, durable), who, circumstances)).toMatchObject({
      kind: 'refused',
      reason: { code: 'budget' },
    });
    expect(recorded).toHaveLength(1);
  },
);

test(
  verifies('supervisor.grant-once', 'a grant that is gone is a refusal and gives back what was reserved'),
  async () => {
    const who = asker();
    const grant = { id: 'grt_aaaaaaaaaa', approval: 'apr_aaaaaaaaaa', action: 'b'.repeat(64) } as const;
    const approvers = { count: 1, excludeRequester: false };
    who.usage.addGrant({ ...grant, expires: '2999-01-01T00:00:00Z', approvers });
    const decision = allow(two, { kind: 'consume_grant', grant: grant.id }, durable);
    const { judge: one } = judge();
    expect(await one.admit(question, decision, who, circumstances)).toMatchObject({ kind: 'go' });
    const other = allow({ ...two, amount: 1 }, { kind: 'consume_grant', grant: grant.id }, durable);
    expect(await one.admit(question, other, who, circumstances)).toMatchObject({ reason: { code: 'grant' } });
    expect(who.usage.spent('tokens/run')).toBe(2);
  },
);

test(verifies('supervisor.durable-first', 'a ledger that takes nothing admits nothing durable'), async () => {
  const full: JudgeParts['gateway'] = {
    appendEvents: () => Promise.reject(new Error('full')),
    appendTimeline: async () => ({}),
  };
  const { judge: one } = judge({ gateway: full });
  const who = asker();
  await expect(one.admit(question, allow(two, durable), who, circumstances)).rejects.toThrow('full');
  expect(who.usage.spent('tokens/run')).toBe(0);
});

test(
  verifies(
    'supervisor.durable-first',
    'a yes that its result tells is in the ledger only; every no and question is told',
  ),
  async () => {
    const { judge: one, recorded, told } = judge();
    const proposed = { ...circumstances, what: 'propose file.write', toldByResult: true };
    for (const kind of ['allow', 'ask', 'deny'] as const)
      await one.admit(question, { ...allow(durable), kind }, asker(), proposed);
    await one.admit(question, allow(durable), asker(), circumstances);
    expect(told).toEqual(['ask propose file.write', 'deny propose file.write', 'allow file.read']);
    expect(recorded).toHaveLength(4);
  },
);
