import { type PolicyDocument, policyDocumentSchema } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { compile, diffPolicies } from '../index.ts';

function document(profiles?: readonly string[]): PolicyDocument {
  return policyDocumentSchema.parse({
    version: 1,
    ...(profiles === undefined ? {} : { process: { system_calls: profiles } }),
  });
}

interface Said {
  readonly ceiling?: readonly string[];
  readonly team?: readonly string[];
  readonly agent?: readonly string[];
}

function compiled({ ceiling, team, agent }: Said) {
  return compile({
    ceiling: document(ceiling),
    ...(team === undefined ? {} : { team: document(team) }),
    agent: document(agent),
  });
}

function given(said: Said): readonly string[] {
  const result = compiled(said);
  if (result.kind === 'invalid') throw new Error(JSON.stringify(result.problems));
  return result.snapshot.systemCalls;
}

test(
  verifies('policy.system-calls', 'a profile is given where the ceiling offers it and a layer below picks it'),
  () => {
    expect(given({})).toEqual([]);
    expect(given({ ceiling: ['debugger'] })).toEqual([]);
    expect(given({ ceiling: ['debugger'], agent: ['debugger'] })).toEqual(['debugger']);
    expect(given({ ceiling: ['debugger'], team: ['debugger'] })).toEqual(['debugger']);
    expect(given({ ceiling: ['debugger'], team: ['debugger'], agent: [] })).toEqual([]);
  },
);

test(
  verifies('policy.system-calls', 'a layer that asks for more than the one above offers is refused at its line'),
  () => {
    const ways: readonly [Said, layer: string, by: string][] = [
      [{ agent: ['debugger'] }, 'agent', 'ceiling'],
      [{ ceiling: [], team: ['debugger'] }, 'team', 'ceiling'],
      [{ ceiling: ['debugger'], team: [], agent: ['debugger'] }, 'agent', 'team'],
    ];
    for (const [said, layer, by] of ways)
      expect(compiled(said)).toMatchObject({
        kind: 'invalid',
        problems: [
          { rule: { layer, path: 'process.system_calls[0]' }, message: expect.stringContaining(`The ${by} does`) },
        ],
      });
  },
);

test('a profile that nobody knows is no policy', () => {
  expect(() => document(['everything'])).toThrow();
});

test('a difference says what opens and that sandboxes must be made anew', () => {
  const [before, after] = [{ ceiling: ['debugger'] }, { ceiling: ['debugger'], agent: ['debugger'] }].map(compiled);
  if (before?.kind !== 'ok' || after?.kind !== 'ok') throw new Error('both compile');
  const { changes, files } = diffPolicies(before.snapshot, after.snapshot, 0);
  expect(changes).toMatchObject([
    {
      direction: 'opens',
      what: 'what programs may ask of the kernel',
      before: 'the base',
      after: 'the base, debugger',
    },
  ]);
  expect(files).toEqual({ changes: [], needsNewSandbox: true });
});
