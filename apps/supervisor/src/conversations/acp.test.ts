import { randomBytes } from 'node:crypto';
import { formatId, idEntropyBytes, type TimelineBody } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import type { Scene } from '../testing/scene.ts';
import { acpScene } from './testing/acp-scene.ts';

vi.setConfig({ testTimeout: 120_000 });

const patience = { timeout: 60_000 };

const notes = (scene: Scene) => scene.plane.timeline.flatMap((body) => (body.kind === 'note' ? [body.text] : []));

const asked = (scene: Scene, count: number) =>
  vi.waitUntil(() => [...scene.plane.approvals.values()][count - 1], patience);

test(
  verifies('agents.acp', 'an agent of the Agent Client Protocol works in the sandbox, and tells what it does'),
  async () => {
    const { scene, run } = await acpScene();
    const outcome = await run(
      ['tell', { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'I look.' } }],
      ['tell', { sessionUpdate: 'tool_call', toolCallId: 'a', title: 'cat note.txt', kind: 'execute' }],
      ['shell', 'cat note.txt; pwd; echo done > report.txt'],
      ['tell', { sessionUpdate: 'plan', entries: [{ content: 'Write it', priority: 'high', status: 'completed' }] }],
      ['tell', { sessionUpdate: 'available_commands_update', availableCommands: [] }],
      ['request', ['fs/read_text_file', { path: '/etc/shadow' }]],
      ['request', ['fs/write_text_file', { path: '/etc/shadow', content: 'x' }]],
      ['request', ['terminal/create', { command: 'id' }]],
      ['request', ['session/new', {}]],
    );
    const notThere = -32_601;
    const came = [null, null, 'old/task\n', null, null, notThere, notThere, notThere, notThere];
    expect(outcome).toMatchObject({ kind: 'done', ok: true, output: JSON.stringify(came) });
    expect(notes(scene)).toEqual(['I look.', 'execute: cat note.txt', '- Write it (completed)']);
    const { changes } = await scene.ask('listChanges', { run: scene.run });
    expect(changes.map(({ path }) => path)).toEqual(['report.txt']);
  },
);

test(
  verifies('agents.acp-permissions', 'a permission is a question of the platform, and given once or not at all'),
  async () => {
    const { scene, run } = await acpScene();
    const rawInput = { file: 'note.txt', from: 'old', to: 'new' };
    const edit = { kind: 'edit', title: 'Edit note.txt', rawInput };
    const onlyEver = [{ optionId: 'ever', name: 'Always', kind: 'allow_always' }];
    const ended = run(
      ['ask', edit],
      ['ask', { kind: 'fetch', title: 'Send it' }],
      ['ask', { ...edit, options: onlyEver }],
    );
    const first = await asked(scene, 1);
    // Under the platform's rules where the manifest explains it, and in the agent's own words.
    expect(first.action).toMatchObject({ tool: 'file.edit', arguments: { ...rawInput, title: edit.title } });
    scene.plane.answer(first.id, 'approved');
    const second = await asked(scene, 2);
    expect(second.action).toMatchObject({ tool: 'fetch', effect: 'irreversible', arguments: { title: 'Send it' } });
    scene.plane.answer(second.id, 'expired');
    const selected = (optionId: string) => ({ outcome: 'selected', optionId });
    const came = [selected('yes'), selected('no'), { outcome: 'cancelled' }];
    expect(await ended).toMatchObject({ ok: true, output: JSON.stringify(came) });
    // Nobody was asked for what could only be given for ever.
    expect(scene.plane.approvals.size).toBe(2);
  },
);

test(verifies('agents.acp', 'whoever ends, or says what is no end, has failed and says so'), async () => {
  const { scene, run } = await acpScene();
  expect(await run(['leave'])).toMatchObject({ ok: false, output: expect.stringContaining('It ended with status 3.') });
  // What the library printed of its client's abilities: none.
  const { outcome } = await scene.runProgram();
  expect(outcome).toMatchObject({ ok: false, output: expect.stringContaining('"terminal":false') });
  const stranger = await acpScene(7);
  expect(await stranger.run()).toMatchObject({ ok: false, output: expect.stringContaining('It speaks version 7') });
  const endless = await acpScene();
  expect(await endless.run(['endless', 17 * 1024 ** 2])).toMatchObject({ ok: false });
});

test(verifies('agents.acp', 'it can be talked to, one message after the other, until somebody ends it'), async () => {
  const { scene, converse } = await acpScene();
  const over = converse(['shell', 'echo one > /tmp/kept']);
  const answers = () =>
    scene.plane.timeline.filter(
      (body): body is Extract<TimelineBody, { kind: 'message' }> => body.kind === 'message' && body.from === 'agent',
    );
  await vi.waitUntil(() => answers().length === 1, patience);
  const turn = formatId('turn', randomBytes(idEntropyBytes));
  const text = JSON.stringify([['shell', 'cat /tmp/kept']]);
  await scene.ask('sendMessage', { run: scene.run, turn, by: 'mia', text });
  const second = await vi.waitUntil(() => answers()[1], patience);
  expect(second).toMatchObject({ turn, ok: true, text: JSON.stringify(['one\n']) });
  await scene.ask('endConversation', { run: scene.run });
  expect(await over).toMatchObject({ kind: 'done', ok: true });
});
