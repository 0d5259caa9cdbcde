import { type PolicyDocument, policyDocumentSchema } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { compile, diffPolicies } from '../index.ts';

const document = (secrets?: { hide?: readonly string[]; show?: readonly string[] }): PolicyDocument =>
  policyDocumentSchema.parse({ version: 1, ...(secrets === undefined ? {} : { task_secrets: secrets }) });

test(verifies('policy.task-secrets', 'each layer hides more, and shows only what the ones above offer'), () => {
  const ceiling = document({ hide: ['*.sqlite'], show: ['.env.test', 'fixtures/*.pem'] });
  const agent = document({ hide: ['ledger.csv'], show: ['.env.test'] });
  const given = compile({ ceiling, agent });
  expect(given).toMatchObject({
    snapshot: { taskSecrets: { hide: ['*.sqlite', 'ledger.csv'], show: ['.env.test'] } },
  });
  expect(compile({ ceiling, agent: document() })).toMatchObject({ snapshot: { taskSecrets: { show: [] } } });
  expect(compile({ ceiling: document(), agent })).toMatchObject({
    kind: 'invalid',
    problems: [{ rule: { layer: 'agent', path: 'task_secrets.show[0]' } }],
  });
});

test(verifies('policy.task-secrets', 'a pattern is of the last components of a path, and of nothing else'), () => {
  for (const good of ['.env', '*.csv', 'deep/er/x?.key']) expect(() => document({ hide: [good] })).not.toThrow();
  for (const bad of ['', '/.env', '!x', 'a/../b', '**/x', '{a,b}', '[ab]', 'a\nb', '*', 'a//b', 'a/', 'x/*', 'x/**'])
    expect(() => document({ show: [bad] }), bad).toThrow();
});

test(verifies('policy.task-secrets', 'a comparison says what opens, and that it needs a new sandbox'), () => {
  const ceiling = document({ show: ['.env.test'] });
  const [before, after] = [document(), document({ show: ['.env.test'] })].map((agent) => compile({ ceiling, agent }));
  if (before?.kind !== 'ok' || after?.kind !== 'ok') throw new Error('both compile');
  const { changes, files } = diffPolicies(before.snapshot, after.snapshot, 0);
  expect(changes).toMatchObject([{ direction: 'opens', what: 'secrets of the task folder that are shown' }]);
  expect(files.needsNewSandbox).toBe(true);
  expect(diffPolicies(after.snapshot, before.snapshot, 0).changes).toMatchObject([{ direction: 'closes' }]);
});
