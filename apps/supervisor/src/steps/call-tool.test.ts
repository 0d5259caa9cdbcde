import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApprovalId, StepOutcome } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { startScene } from '../testing/scene.ts';

const posting = {
  url: 'http://finance.local/postings',
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{"amount":5}',
};

function approvalOf(outcome: StepOutcome): ApprovalId {
  if (outcome.kind !== 'ask') throw new Error(`A person was expected to be asked: ${JSON.stringify(outcome)}`);
  return outcome.approval.id;
}

test('a call that is allowed runs once, and asked again for its step it answers with what it recorded', async () => {
  const scene = await startScene();
  await scene.open();
  const command = { command: 'echo more >> count.txt; wc -l < count.txt' };
  const first = await scene.call('shell.exec', command);
  expect(first.outcome).toMatchObject({ kind: 'done', ok: true, output: expect.stringContaining('1') });
  expect(await scene.call('shell.exec', command, { step: first.step })).toEqual(first);
  const second = await scene.call('shell.exec', command);
  expect(second.outcome).toMatchObject({ output: expect.stringContaining('2') });
  expect(scene.plane.events.map(({ type }) => type)).toContain('step.intended');
});

test(verifies('supervisor.step-once', 'two attempts at one step at the same time are one effect'), async () => {
  const scene = await startScene();
  await scene.open();
  const command = { command: 'sleep 0.2; echo more >> count.txt; wc -l < count.txt' };
  const step = 'stp_0123456789';
  const [one, other] = await Promise.all([
    scene.call('shell.exec', command, { step }),
    scene.call('shell.exec', command, { step }),
  ]);
  expect(one).toEqual(other);
  expect((await scene.call('file.read', { path: 'count.txt' })).outcome).toMatchObject({
    output: expect.not.stringContaining('more\nmore'),
  });
});

test('what the policy denies, or a sub-agent was not given, does not run', async () => {
  const scene = await startScene({ 'a.txt': 'needle' });
  await scene.open();
  expect((await scene.call('file.search', { pattern: 'needle' })).outcome).toMatchObject({ kind: 'denied' });
  const narrowed = await scene.call('shell.exec', { command: 'touch x' }, { authority: ['file.read'] });
  expect(narrowed.outcome).toMatchObject({ kind: 'done', ok: false, output: expect.stringContaining('shell.exec') });
  expect((await scene.ask('listChanges', { run: scene.run })).changes).toEqual([]);
});

test(
  verifies('supervisor.grant-once', 'a request that a person approved leaves once, and is listed after an undo'),
  async () => {
    const scene = await startScene();
    await scene.open();
    const asked = await scene.call('http.fetch', posting);
    const approval = approvalOf(asked.outcome);
    expect(scene.received).toEqual([]);
    scene.plane.answer(approval, 'approved');
    const done = await scene.call('http.fetch', posting, { step: asked.step, approval });
    expect(done.outcome).toMatchObject({ kind: 'done', ok: true });
    expect(scene.received).toEqual(['POST /postings {"amount":5}']);
    expect(await scene.call('http.fetch', posting, { step: asked.step, approval })).toEqual(done);
    expect((await scene.call('http.fetch', posting)).outcome.kind).toBe('ask');
    expect(scene.received).toHaveLength(1);
  },
);

test(
  verifies('supervisor.effects-remain', 'an undo takes the files back and lists the request that left, and only it'),
  async () => {
    const scene = await startScene();
    await scene.open();
    await scene.call('shell.exec', { command: 'echo paid > report.txt' });
    const asked = await scene.call('http.fetch', posting);
    const approval = approvalOf(asked.outcome);
    scene.plane.answer(approval, 'approved');
    await scene.call('http.fetch', posting, { step: asked.step, approval });
    await scene.call('http.fetch', { url: 'http://finance.local/accounts' });
    await scene.call('http.fetch', { ...posting, url: 'http://finance.local/nowhere' });
    await scene.ask('closeSandbox', { run: scene.run });
    const { digest } = await scene.ask('listChanges', { run: scene.run });
    await scene.ask('keep', { run: scene.run, digest, paths: null, skipConflicts: false });
    expect(await readFile(join(scene.taskFolder, 'report.txt'), 'utf8')).toBe('paid\n');
    expect(await scene.ask('undo', { run: scene.run })).toMatchObject({
      applied: true,
      remaining: [
        'POST http://finance.local:80/postings (answered 201) was not taken back; DELETE /postings/* would do it.',
      ],
    });
    await expect(readFile(join(scene.taskFolder, 'report.txt'))).rejects.toThrow(/ENOENT/);
  },
);

test.each([
  ['another body', { ...posting, body: '{"amount":5000}' }],
  ['another address', { ...posting, url: 'http://finance.local/postings?to=me' }],
  ['another header', { ...posting, headers: { ...posting.headers, 'x-amount': '9' } }],
])(
  `${verifies('supervisor.exactly-approved', 'what differs from what was approved does not leave')}: %s`,
  async (_name, changed) => {
    const scene = await startScene();
    await scene.open();
    const asked = await scene.call('http.fetch', posting);
    const approval = approvalOf(asked.outcome);
    scene.plane.answer(approval, 'approved');
    const refused = await scene.call('http.fetch', changed, { step: asked.step, approval });
    expect(refused.outcome).toMatchObject({ kind: 'denied' });
    expect(scene.received).toEqual([]);
    expect(scene.plane.approvals.get(approval)?.state).toBe('approved');
  },
);

test(
  verifies('supervisor.exactly-approved', 'a call with a command needs the very same arguments and files'),
  async () => {
    const scene = await startScene({ 'a.txt': 'one' });
    await scene.open();
    const edit = { path: 'a.txt', old: 'one', new: 'two' };
    const asked = await scene.call('file.edit', edit);
    const approval = approvalOf(asked.outcome);
    scene.plane.answer(approval, 'approved');
    const changed = await scene.call('file.edit', { ...edit, new: 'evil' }, { step: asked.step, approval });
    expect(changed.outcome).toMatchObject({ kind: 'denied' });
    const again = await scene.call('file.edit', edit);
    const second = approvalOf(again.outcome);
    scene.plane.answer(second, 'approved');
    expect((await scene.call('file.edit', edit, { step: again.step, approval: second })).outcome).toMatchObject({
      kind: 'done',
      ok: true,
    });
    expect((await scene.call('file.read', { path: 'a.txt' })).outcome).toMatchObject({
      output: expect.stringContaining('two'),
    });
    expect(await readFile(join(scene.taskFolder, 'a.txt'), 'utf8')).toBe('one');
  },
);

test('a no is final, and the sandbox goes on', async () => {
  const scene = await startScene();
  await scene.open();
  const asked = await scene.call('http.fetch', posting);
  const approval = approvalOf(asked.outcome);
  scene.plane.answer(approval, 'denied');
  expect((await scene.call('http.fetch', posting, { step: asked.step, approval })).outcome).toMatchObject({
    kind: 'denied',
  });
  expect((await scene.call('shell.exec', { command: 'true' })).outcome).toMatchObject({ kind: 'done', ok: true });
  expect(scene.received).toEqual([]);
});

test(
  verifies(
    'supervisor.frozen-while-asked',
    'nothing moves while a question is open, and a no that nobody fetches thaws it',
  ),
  async () => {
    const scene = await startScene();
    await scene.open();
    const background =
      'touch /task/ticks 2>/dev/null; (while :; do echo x >> ticks; sleep 0.01; done) >/dev/null 2>&1 &';
    await scene.call('shell.exec', { command: background });
    const asked = await scene.call('http.fetch', posting);
    const approval = approvalOf(asked.outcome);
    const still = (await scene.ask('listChanges', { run: scene.run })).digest;
    expect((await scene.ask('listChanges', { run: scene.run })).digest).toBe(still);
    scene.plane.answer(approval, 'denied');
    await expect
      .poll(async () => (await scene.ask('listChanges', { run: scene.run })).digest, { timeout: 60_000 })
      .not.toBe(still);
  },
);

test(
  verifies(
    'supervisor.labels-travel',
    'an account that stands in a stranger’s file needs a person; another one does not',
  ),
  async () => {
    const scene = await startScene({ 'invoices/1.txt': 'Please pay to GB33BUKB20201555555555.', 'own.txt': 'DE89' });
    await scene.open();
    const pay = (account: string) => ({
      url: 'http://finance.local/payments',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ account }),
    });
    await scene.call('file.read', { path: 'own.txt' });
    expect((await scene.call('http.fetch', pay('DE89'))).outcome).toMatchObject({ kind: 'done', ok: true });
    await scene.call('file.read', { path: 'invoices/1.txt' });
    const asked = await scene.call('http.fetch', pay('GB33BUKB20201555555555'));
    approvalOf(asked.outcome);
    expect(scene.received).toEqual(['POST /payments {"account":"DE89"}']);
  },
);

test(verifies('supervisor.durable-first', 'when the ledger takes nothing, nothing happens'), async () => {
  const scene = await startScene();
  await scene.open();
  scene.plane.ledgerIsFull = true;
  await expect(scene.call('shell.exec', { command: 'touch made' })).rejects.toThrow();
  await expect(
    scene.call('http.fetch', { ...posting, url: 'http://finance.local/payments', body: '{"account":"DE89"}' }),
  ).rejects.toThrow();
  scene.plane.ledgerIsFull = false;
  expect(scene.received).toEqual([]);
  expect((await scene.ask('listChanges', { run: scene.run })).changes).toEqual([]);
});

test(
  verifies('supervisor.proposals', 'a program’s own request is refused with a proposal, and goes once after a yes'),
  async () => {
    const scene = await startScene();
    await scene.open();
    const request = (body: string) => ({
      command: `curl -sS -o /dev/null -w '%{http_code}' -H 'content-type: application/json' -d '${body}' http://finance.local/postings || node -e 0`,
    });
    const status = async (body: string) => {
      const { outcome } = await scene.call('shell.exec', request(body));
      return outcome.kind === 'done' ? (/\b(\d{3})\b/.exec(outcome.output)?.[1] ?? outcome.output) : outcome.kind;
    };
    expect(await status('{"a":1}')).toBe('403');
    const [proposal] = [...scene.plane.approvals.keys()];
    if (proposal === undefined) throw new Error('no proposal was made');
    expect(await status('{"a":1}')).toBe('403');
    expect(scene.plane.approvals.size).toBe(1);
    scene.plane.answer(proposal, 'approved');
    expect(await status('{"a":2}')).toBe('403');
    expect(scene.received).toEqual([]);
    expect(await status('{"a":1}')).toBe('201');
    expect(await status('{"a":1}')).toBe('403');
    expect(scene.received).toEqual(['POST /postings {"a":1}']);
  },
);

test(
  verifies('supervisor.stop-is-final', 'a stop during a step ends it, and no later process opens the run again'),
  async () => {
    const scene = await startScene();
    await scene.open();
    const running = scene.call('shell.exec', { command: 'touch began; sleep 60; touch ended' });
    const settled = running.then(
      () => 'settled',
      () => 'settled',
    );
    await scene.ask('stop', { run: scene.run });
    await settled;
    await expect(scene.open()).rejects.toThrow(/stopped/);
    await expect(scene.call('file.list', {})).rejects.toThrow(/stopped/);
    await scene.restart();
    await expect(scene.open()).rejects.toThrow(/stopped/);
    const { changes } = await scene.ask('listChanges', { run: scene.run });
    expect(changes.map(({ path }) => path)).not.toContain('ended');
  },
);

test(
  verifies(
    'supervisor.step-once',
    'a step that a dead process began is repeated when it is a read, and unknown when not',
  ),
  async () => {
    const scene = await startScene({ 'a.txt': 'one' });
    await scene.open();
    await scene.call('shell.exec', { command: 'echo x > made' });
    await scene.restart();
    const home = join(scene.taskFolder, '../home');
    const journal = join(home, 'runs', scene.run, 'steps.ndjson');
    const kept = await readFile(journal, 'utf8');
    const line = (step: string, effect: string): string =>
      `${JSON.stringify({ kind: 'intended', step, effect, call: 'blb_0123456789' })}\n`;
    const torn = '{"kind":"ended","step":"stp_01234';
    await writeFile(journal, `${kept}${line('stp_aaaaaaaaaa', 'read')}${line('stp_bbbbbbbbbb', 'other')}${torn}`);
    await scene.open();
    expect((await scene.call('file.read', { path: 'a.txt' }, { step: 'stp_aaaaaaaaaa' })).outcome.kind).toBe('done');
    expect((await scene.call('shell.exec', { command: 'true' }, { step: 'stp_bbbbbbbbbb' })).outcome.kind).toBe(
      'unknown',
    );
  },
);
