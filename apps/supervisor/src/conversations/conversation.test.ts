import { randomBytes } from 'node:crypto';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formatId, idEntropyBytes, type TimelineBody } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { splitScene } from '../agents/testing/split-scene.ts';
import type { Scene } from '../testing/scene.ts';

vi.setConfig({ testTimeout: 120_000 });

const patience = { timeout: 60_000 };

type Message = Extract<TimelineBody, { kind: 'message' }>;

const messages = (scene: Scene, from: Message['from']): readonly Message[] =>
  scene.plane.timeline.filter((body): body is Message => body.kind === 'message' && body.from === from);

const notes = (scene: Scene): readonly string[] =>
  scene.plane.timeline.flatMap((body) => (body.kind === 'note' ? [body.text] : []));

const answers = (scene: Scene) => messages(scene, 'agent');

async function answered(scene: Scene, count: number): Promise<Message> {
  return vi.waitUntil(() => answers(scene)[count - 1], patience);
}

async function say(scene: Scene, ...deeds: readonly (readonly [string, unknown?])[]): Promise<Message> {
  const turn = formatId('turn', randomBytes(idEntropyBytes));
  const before = answers(scene).length;
  await scene.ask('sendMessage', { run: scene.run, turn, by: 'mia', text: JSON.stringify(deeds) });
  const answer = await answered(scene, before + 1);
  expect(answer.turn).toBe(turn);
  return answer;
}

const link = '0123456789abcdef'.repeat(2);

/** Does with the page of the agent what a page can, also one that the api would have let ask for everything. */
async function lookThroughItsPage(scene: Scene): Promise<void> {
  const tell = (method: string, params: object) =>
    scene.ask('tellControlUi', {
      run: scene.run,
      link,
      message: JSON.stringify({ type: 'req', id: method, method, params }),
    });
  await expect(tell('health', {})).rejects.toMatchObject({ code: 'state_no_control_ui' });
  const left = new AbortController();
  const heard: string[] = [];
  const over = (async () => {
    for await (const { message } of scene.openPage(link, left.signal)) heard.push(message);
  })().catch(() => undefined);
  await vi.waitUntil(() => heard.length === 1, patience);
  expect(JSON.parse(heard[0] ?? '')).toMatchObject({ event: 'connect.challenge' });
  // Nobody has the secret but the supervisor, which introduces the page as it wants.
  await tell('connect', { auth: { token: 'guessed' }, scopes: ['operator.admin'] });
  await vi.waitUntil(() => heard.some((message) => JSON.parse(message).id === 'connect'), patience);
  expect(heard.map((message) => JSON.parse(message)).at(-1)).toMatchObject({ id: 'connect', ok: true });
  for (const method of ['plugin.approval.resolve', 'chat.send', 'chat.abort', 'config.get'])
    await expect(
      tell(method, { id: 'a', sessionKey: 'main', message: 'x', idempotencyKey: 'k' }),
    ).rejects.toMatchObject({
      code: 'auth_control_ui',
    });
  await tell('health', {});
  await vi.waitUntil(() => heard.some((message) => JSON.parse(message).id === 'health'), patience);
  await expect(scene.openPage(link, left.signal)[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    code: 'state_no_control_ui',
  });
  left.abort();
  await over;
  // Its place is free, though the agent says nothing more to anybody who left.
  const again = new AbortController();
  await vi.waitFor(async () => {
    const first = await scene.openPage(link, again.signal)[Symbol.asyncIterator]().next();
    expect(first.done).toBe(false);
  }, patience);
  again.abort();
}

/** Its page is what was installed, and nothing beside it. */
async function readItsPage(scene: Scene): Promise<void> {
  const installed = join(dirname(scene.home), 'installed');
  const [name = ''] = await readdir(installed);
  const folder = join(installed, name, 'node_modules/openclaw/dist/control-ui');
  await mkdir(join(folder, 'assets'), { recursive: true });
  await writeFile(join(folder, 'assets/main.js'), 'a');
  await writeFile(join(folder, '../secret.js'), 'b');
  await symlink('../../secret.js', join(folder, 'assets/linked.js'));
  const read = async (path: string) => (await scene.ask('readControlUi', { run: scene.run, path })).content;
  expect(await read('assets/main.js')).toBe(Buffer.from('a').toString('base64'));
  for (const path of [
    '../secret.js',
    'assets/../../secret.js',
    'assets/linked.js',
    '/etc/passwd',
    'assets',
    '',
    '.env',
    'a\0',
  ])
    expect(await read(path), path).toBeNull();
}

const kept = async (scene: Scene) => (await scene.ask('listAgentChanges', { agent: 'worker' })).changes;

test(
  verifies(
    'agents.conversation',
    'one program answers one message after the other, and keeps what it learnt at the end',
  ),
  async () => {
    const { scene, converse, thinkAnew } = await splitScene();
    const over = converse(['write', { path: 'MEMORY.md', content: 'Fridays.\n' }]);
    const early = { run: scene.run, turn: formatId('turn', randomBytes(idEntropyBytes)), by: 'mia', text: '[]' };
    await vi.waitUntil(() => scene.plane.events.some(({ body }) => body['beside'] === 'mind'), patience);
    expect(await answered(scene, 1)).toMatchObject({ from: 'agent', by: 'worker', ok: true });
    expect(JSON.parse((await say(scene, ['exec', 'cat note.txt'])).text)).toMatchObject([{ status: 0, stdout: 'old' }]);
    expect(JSON.parse((await say(scene, ['exec', 'cat ledger.csv'])).text)).toMatchObject([{ status: 1, stdout: '' }]);
    await scene.ask('sendMessage', { ...early, text: 'broken' });
    expect(await answered(scene, 4)).toMatchObject({ ok: false, text: 'The model is away.' });
    expect(messages(scene, 'person').map(({ by }) => by)).toEqual(['mia', 'mia', 'mia']);
    // One program, whose start was decided once.
    expect(scene.plane.events.filter(({ body }) => body['beside'] === 'mind')).toHaveLength(1);
    expect(await kept(scene)).toEqual([]);
    expect((await say(scene, ['read', 'MEMORY.md'])).text).toContain('Fridays.');
    // A run of the same agent waits, and says for what.
    const next = thinkAnew(['read', 'MEMORY.md']);
    await vi.waitUntil(() => notes(scene).some((text) => text.startsWith('Another run of worker has what')), patience);
    await scene.ask('endConversation', { run: scene.run });
    expect(await over).toMatchObject({ kind: 'done', ok: true, output: expect.stringContaining('Fridays.') });
    expect((await next).came).toMatchObject([{ stdout: 'Fridays.\n' }]);
    expect(await kept(scene)).toMatchObject([{ run: scene.run }]);
    await expect(scene.ask('sendMessage', early)).rejects.toMatchObject({ code: 'state_no_conversation' });
  },
);

test(
  verifies(
    'agents.conversation',
    'a message while one is answered is refused; a stop ends it and leaves nothing behind',
  ),
  async () => {
    const { scene, converse } = await splitScene();
    const over = expect(converse(['write', { path: 'MEMORY.md', content: 'Evil.\n' }])).rejects.toMatchObject({
      code: 'state_run_stopped',
    });
    await answered(scene, 1);
    const turn = formatId('turn', randomBytes(idEntropyBytes));
    const message = { run: scene.run, turn, by: 'mia', text: JSON.stringify([['run', 'sleep infinity']]) };
    await scene.ask('sendMessage', message);
    await expect(scene.ask('sendMessage', message)).rejects.toMatchObject({ code: 'state_conversation_busy' });
    await scene.ask('stop', { run: scene.run });
    await over;
    expect(await kept(scene)).toEqual([]);
    expect((await scene.ask('listSandboxes', {})).sandboxes).toEqual([]);
  },
);

test(verifies('agents.conversation', 'a supervisor that is started anew ends it, and says so'), async () => {
  const { scene, converse } = await splitScene();
  const lost = converse().catch(() => undefined);
  await answered(scene, 1);
  const step = scene.plane.events.find(({ type }) => type === 'step.intended')?.body['step'];
  await scene.restart();
  await lost;
  await scene.open();
  // The id that the ledger has.
  const { outcome } = await scene.runProgram(step as Parameters<typeof scene.runProgram>[0]);
  expect(outcome).toMatchObject({ kind: 'done', ok: false, output: expect.stringContaining('broke off') });
});

test(
  verifies(
    'agents.own-approvals',
    'what the agent asks people is one more question of the platform, answered by people only',
  ),
  async () => {
    const { scene, converse } = await splitScene();
    const over = converse();
    await answered(scene, 1);
    const request = { title: 'Send it?', description: 'To everyone', toolName: 'mail' };
    const asked = (count: number) => vi.waitUntil(() => [...scene.plane.approvals.values()][count - 1], patience);

    const yes = say(scene, ['ask', request]);
    const first = await asked(1);
    expect(first.action).toMatchObject({ tool: 'mail', arguments: request });
    expect(answers(scene)).toHaveLength(1);
    scene.plane.answer(first.id, 'approved');
    expect((await yes).text).toBe('["allow-once"]');

    const silence = say(scene, ['ask', request]);
    scene.plane.answer((await asked(2)).id, 'expired');
    expect((await silence).text).toBe('["deny"]');
    await scene.ask('endConversation', { run: scene.run });
    await over;
  },
);

test(
  verifies(
    'agents.own-approvals',
    'whoever answers where it thinks, or at its page, gets no approval, and nothing that needs one',
  ),
  async () => {
    const { scene, converse } = await splitScene();
    const over = converse();
    await answered(scene, 1);
    await readItsPage(scene);
    await say(scene, ['pretend', { title: 'Publish?', toolName: 'publish' }]);
    await vi.waitUntil(() => scene.plane.timeline.some(({ kind }) => kind === 'note'), patience);
    // The question is still people's to answer, and what it was about needs a yes of its own.
    const pending = await vi.waitUntil(() => [...scene.plane.approvals.values()][0], patience);
    expect(pending).toMatchObject({ state: 'pending', action: { tool: 'publish' } });
    await lookThroughItsPage(scene);
    expect([...scene.plane.approvals.values()]).toMatchObject([{ state: 'pending' }]);
    scene.plane.answer(pending.id, 'denied');
    const published = say(scene, ['exec', 'echo publish > published.txt']);
    const asked = await vi.waitUntil(() => [...scene.plane.approvals.values()][1], patience);
    expect(asked.action).toMatchObject({ tool: 'shell.exec' });
    scene.plane.answer(asked.id, 'denied');
    expect(JSON.parse((await published).text)).toMatchObject([{ status: 1 }]);
    expect((await scene.ask('listChanges', { run: scene.run })).changes).toEqual([]);
    await scene.ask('endConversation', { run: scene.run });
    await over;
  },
);

test(
  verifies(
    'agents.no-commands',
    'a command of its own is answered with a sentence, not said, and the conversation goes on',
  ),
  async () => {
    const { scene, converse } = await splitScene();
    const over = converse(['write', { path: 'MEMORY.md', content: 'Fridays.\n' }]);
    await answered(scene, 1);
    const turn = formatId('turn', randomBytes(idEntropyBytes));
    await scene.ask('sendMessage', { run: scene.run, turn, by: 'mia', text: '/approve a allow-once' });
    expect(await answered(scene, 2)).toMatchObject({
      turn,
      ok: false,
      text: expect.stringContaining('Put a word before'),
    });
    expect((await say(scene, ['read', 'MEMORY.md'])).text).toContain('Fridays.');
    await scene.ask('endConversation', { run: scene.run });
    expect(await over).toMatchObject({ kind: 'done', ok: true });
  },
);
