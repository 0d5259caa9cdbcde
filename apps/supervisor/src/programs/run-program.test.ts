import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { commandInside, placeInside } from '@clawhold/harness';
import { repositoryRoot, verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { chunk, type ModelServer, startModelServer } from '../testing/model-server.ts';
import { type Scene, startScene } from '../testing/scene.ts';

vi.setConfig({ testTimeout: 60_000 });

const manifest = (more = '') => `name: worker
description: Somebody else's agent.
harness: command
command: [node, agent.mjs]
tools:
  bash: { is: shell.exec, arguments: { command: cmd } }
  edit: { is: file.edit, arguments: { path: path, old: old_text, new: new_text } }
${more}`;

const rules = `
  - { match: shell.exec, decision: deny, where: "args.command.contains('ledger')" }
  - { match: probe__drop, decision: deny }
`;

type Turn = readonly (readonly [tool: string, values: object])[] | string;

/** An agent in the sandbox of a scene, and a model that says these turns one after the other. */
async function withAgent(
  turns: readonly Turn[],
  more = '',
  files: Readonly<Record<string, string>> = {},
): Promise<{ readonly scene: Scene; readonly server: ModelServer }> {
  const agent = await readFile(join(import.meta.dirname, 'testing/agent.mjs'), 'utf8');
  const scene = await startScene({ 'agent.mjs': agent, 'ledger.csv': '1,2', 'note.txt': 'old', ...files }, rules);
  const server = await startModelServer(scene);
  let turn = 0;
  server.answer = () => {
    const said = turns[turn++] ?? 'Nothing more.';
    if (typeof said === 'string') return [chunk({ content: said }), chunk({}, 'stop')];
    const calls = said.map(([name, values], index) => ({
      index,
      id: `call_${turn}_${index}`,
      type: 'function',
      function: { name, arguments: JSON.stringify(values) },
    }));
    return [chunk({ tool_calls: calls }), chunk({}, 'tool_calls')];
  };
  scene.plane.program = { ...scene.plane.program, manifest: manifest(more) };
  await scene.open();
  return { scene, server };
}

/** Something that goes on while the agent waits for its model. */
const ticking = '(while :; do echo x >> ticks; sleep 0.01; done) > /dev/null 2>&1 &';

const patience = { timeout: 60_000 };

const open = (scene: Scene) => [...scene.plane.approvals.values()].filter(({ state }) => state === 'pending');

const decisions = (scene: Scene, kind: string) =>
  scene.plane.events.flatMap(({ type, body, run }) => {
    const { question, decision } = body as { question: Record<string, unknown>; decision: { kind: string } };
    return type === 'decision.made' && decision.kind === kind ? [{ run, question, decision }] : [];
  });

/** What somebody else's agent is told of its calls. */
const told = (server: ModelServer): string => server.seen.at(-1) ?? '';

test(
  verifies('agents.refused-alike', 'a program as an agent is refused what the built-in one is, with the same records'),
  async () => {
    const { scene, server } = await withAgent([
      [
        ['bash', { cmd: 'echo done > report.txt; echo $OPENAI_API_KEY' }],
        ['bash', { cmd: 'cat ledger.csv' }],
        ['fetch', { url: 'http://finance.local/secrets' }],
      ],
      'I wrote the report.',
    ]);
    // The tool that nobody said the meaning of is a person's business, and this one says no.
    const ended = scene.runProgram();
    const [asked] = await vi.waitUntil(() => (open(scene).length > 0 ? open(scene) : false), patience);
    if (asked === undefined) throw new Error('nobody was asked');
    expect(asked.action).toMatchObject({ tool: 'fetch', effect: 'irreversible', command: null });
    scene.plane.answer(asked.id, 'denied');
    const { outcome } = await ended;
    expect(outcome).toMatchObject({ kind: 'done', ok: true, output: 'I wrote the report.' });

    expect(told(server)).toContain('clawhold');
    expect(told(server)).not.toContain('1,2');
    expect(told(server)).toContain(
      'The call of fetch was not made: it was refused. The answer of a person was: denied.',
    );
    const { changes } = await scene.ask('listChanges', { run: scene.run });
    expect(changes.map(({ path }) => path)).toEqual(['report.txt']);

    const other = scene.another();
    await other.open();
    expect((await other.call('shell.exec', { command: 'cat ledger.csv' })).outcome.kind).toBe('denied');
    const [own, builtIn] = decisions(scene, 'deny');
    expect(own?.run).toBe(scene.run);
    expect(builtIn?.run).toBe(other.run);
    const comparable = (made: typeof own) => ({ ...made?.question, caller: null, decision: made?.decision });
    expect(comparable(own)).toMatchObject({ tool: 'shell.exec', arguments: { command: 'cat ledger.csv' } });
    // The labels differ: a program may have read every file. All else is one question with one answer.
    const withoutLabels = (made: typeof own) =>
      JSON.parse(JSON.stringify(comparable(made), (key, value) => (key === 'label' ? null : value)));
    expect(withoutLabels(own)).toEqual(withoutLabels(builtIn));

    const types = scene.plane.events.filter(({ run }) => run === scene.run).map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['step.intended', 'step.ended', 'model.used']));
    const turns = scene.plane.timeline.filter(({ kind }) => kind === 'turn');
    expect(turns).toHaveLength(2);
  },
);

test(
  verifies('agents.approved-once', 'a call that needs a person waits, frozen, for one; a yes is for that call, once'),
  async () => {
    const edit = { path: 'note.txt', old_text: 'old', new_text: 'new' };
    const { scene, server } = await withAgent([
      [['bash', { cmd: ticking }]],
      [['edit', edit]],
      [['edit', edit]],
      'Edited.',
    ]);
    const ended = scene.runProgram();
    const [first] = await vi.waitUntil(() => (open(scene).length > 0 ? open(scene) : false), patience);
    if (first === undefined) throw new Error('nobody was asked');
    expect(first.action).toMatchObject({ tool: 'file.edit', arguments: edit, inverse: { kind: 'checkpoint' } });
    const changed = async () => (await scene.ask('listChanges', { run: scene.run })).changes.map(({ path }) => path);
    expect(await changed()).toEqual(['ticks']);
    expect(server.seen).toHaveLength(2);
    // What the agent left running writes without a pause, unless it stands still.
    const look = async () => (await scene.ask('listChanges', { run: scene.run })).digest;
    const before = await look();
    for (let looks = 0; looks < 10; looks++) expect(await look()).toBe(before);
    scene.plane.answer(first.id, 'approved');
    const [second] = await vi.waitUntil(() => (open(scene).length > 0 ? open(scene) : false), patience);
    if (second === undefined) throw new Error('nobody was asked again');
    expect(scene.plane.approvals.get(first.id)?.state).toBe('consumed');
    expect(await changed()).toEqual(['note.txt', 'ticks']);
    scene.plane.answer(second.id, 'denied');
    expect((await ended).outcome).toMatchObject({
      kind: 'done',
      ok: true,
      output: expect.stringContaining('was: denied'),
    });
  },
);

const stricter = `version: 1
name: worker
tools: [{ match: file.edit, decision: deny }]
`;
const another = `version: 1
name: worker
tools: [{ match: file.edit, decision: ask }]
`;

test.each([
  ['that forbids the call', stricter],
  ['that asks as well', another],
])(
  verifies('agents.approved-once', 'a yes to what was asked under another policy, %s, is a no'),
  async (_, published) => {
    const edit = { path: 'note.txt', old_text: 'old', new_text: 'new' };
    const { scene } = await withAgent([[['edit', edit]], 'Edited.']);
    const ended = scene.runProgram();
    const [asked] = await vi.waitUntil(() => (open(scene).length > 0 ? open(scene) : false), patience);
    if (asked === undefined) throw new Error('nobody was asked');
    await scene.ask('publishPolicy', { ceiling: 'version: 1\nname: ceiling\n', agents: { worker: published } });
    scene.plane.answer(asked.id, 'approved');
    expect((await ended).outcome).toMatchObject({
      output: expect.stringContaining('The call of file.edit was not made'),
    });
    expect(scene.plane.approvals.get(asked.id)?.state).toBe('approved');
    expect((await scene.ask('listChanges', { run: scene.run })).changes).toEqual([]);
  },
);

test(
  verifies('agents.bounded', 'a program that asks its model for ever is refused at the end of its turns'),
  async () => {
    const { scene, server } = await withAgent(
      Array.from({ length: 9 }, () => [['bash', { cmd: 'true' }]] as const),
      'budgets: { turns: 2 }\n',
    );
    const { step, outcome } = await scene.runProgram();
    expect(outcome).toMatchObject({
      kind: 'done',
      ok: false,
      output: expect.stringContaining('used up the 2 model turns'),
    });
    expect(server.seen).toHaveLength(2);
    // Asked again it is not started again.
    expect((await scene.runProgram(step)).outcome).toEqual(outcome);
    expect(server.seen).toHaveLength(2);
  },
);

test(
  verifies('agents.start-decided', 'a policy that forbids the command forbids the agent, and nothing of it runs'),
  async () => {
    const { scene, server } = await withAgent(['Never.']);
    scene.plane.program = { ...scene.plane.program, manifest: manifest().replace('agent.mjs', 'agent.mjs, ledger') };
    expect((await scene.runProgram()).outcome).toMatchObject({ kind: 'denied' });
    expect(server.seen).toEqual([]);
    expect(decisions(scene, 'deny')).toMatchObject([
      { question: { tool: 'shell.exec', arguments: { command: 'node agent.mjs ledger' } } },
    ]);
  },
);

/** A scene whose agent is these words of a shell. */
async function withShell(words: string, more = ''): Promise<Scene> {
  const { scene } = await withAgent([]);
  const program = JSON.stringify(['sh', '-c', words]);
  scene.plane.program = { ...scene.plane.program, manifest: manifest(more).replace('[node, agent.mjs]', program) };
  return scene;
}

test(verifies('agents.bounded', 'a program that works too long is ended'), async () => {
  const scene = await withShell('sleep infinity', 'budgets: { seconds: 1 }\n');
  expect((await scene.runProgram()).outcome).toMatchObject({
    kind: 'done',
    ok: false,
    output: 'It took too long and was ended.',
  });
});

test(verifies('agents.bounded', 'a stop ends a program at once'), async () => {
  const scene = await withShell('touch started; sleep infinity');
  const stopped = expect(scene.runProgram()).rejects.toMatchObject({ code: 'state_run_stopped' });
  const changes = async () => (await scene.ask('listChanges', { run: scene.run })).changes;
  // Each look freezes the sandbox: it must also get on between them.
  await vi.waitUntil(async () => (await changes()).length === 1, { ...patience, interval: 500 });
  await scene.ask('stop', { run: scene.run });
  await stopped;
});

test.each(['claude-code', 'codex', 'opencode', 'pi'])(
  verifies('agents.events', 'what %s says is shown while it works, and its last words are its answer'),
  async (kind) => {
    const said = (name: string) =>
      readFile(join(repositoryRoot, `packages/harness/src/fixtures/${kind}-${name}.ndjson`), 'utf8');
    const files = { finished: await said('finished'), failed: await said('failed') };
    const { scene } = await withAgent([], '', files);
    const play = (name: string) => {
      // What the harness adds are arguments of these words, and nobody looks at them.
      const program = JSON.stringify(['sh', '-c', `cat ${name}`]);
      const text = manifest().replace('harness: command', `harness: ${kind}`).replace('[node, agent.mjs]', program);
      scene.plane.program = { ...scene.plane.program, manifest: text };
      return scene.runProgram();
    };
    expect((await play('finished')).outcome).toMatchObject({ kind: 'done', ok: true, output: 'I wrote the report.' });
    const notes = () =>
      scene.plane.timeline.flatMap((body) => (body.kind === 'note' ? [`${body.level} ${body.text}`] : []));
    expect(notes()).toEqual(['info I wrote the report.']);
    // It ends with status 0 and says all the same that it did not work.
    expect((await play('failed')).outcome).toMatchObject({ kind: 'done', ok: false });
    expect(notes().at(-1)).toMatch(/^warning ./);
  },
);

test(
  verifies('agents.installed', 'an agent sees its own installation, read-only, and begins without none'),
  async () => {
    const scene = await withShell('true');
    const installed = 'claude-code-1.0.0-0123456789abcdef';
    scene.plane.program = {
      ...scene.plane.program,
      manifest: `name: worker\ndescription: Installed.\nharness: claude-code\ninstalled: ${installed}\n`,
    };
    const [program = ''] = commandInside('claude-code');
    const place = placeInside('claude-code');
    const file = join(dirname(scene.home), 'installed', installed, program.slice(place.length));
    const other = scene.another();
    await expect(other.open()).rejects.toMatchObject({ code: 'state_agent_not_installed' });
    await mkdir(dirname(file), { recursive: true });
    const said = `{"type":"result","result":"$(touch ${place}/x 2>&1)"}`;
    await writeFile(file, `#!/bin/sh\ncat > task\necho "${said.replaceAll('"', '\\"')}"\n`, { mode: 0o755 });
    await scene.restart();
    await scene.open();
    const { outcome } = await scene.runProgram();
    expect(outcome).toMatchObject({ kind: 'done', ok: true, output: expect.stringContaining('Read-only file system') });
  },
);

test(
  verifies(
    'agents.mcp-decided',
    'at the model door a tool of its own server is refused or asked about only where a rule names it',
  ),
  async () => {
    const calls: Turn = [
      ['probe__echo', {}],
      ['probe__drop', {}],
      ['other__echo', {}],
    ];
    const { scene, server } = await withAgent([calls, 'Done.'], 'mcp: { probe: { command: [node] } }\n');
    const ended = scene.runProgram();
    const [asked] = await vi.waitUntil(() => (open(scene).length > 0 ? open(scene) : false), patience);
    if (asked === undefined) throw new Error('nobody was asked');
    expect(asked.action.tool).toBe('other__echo');
    scene.plane.answer(asked.id, 'denied');
    expect((await ended).outcome).toMatchObject({ kind: 'done', output: 'Done.' });
    expect(scene.plane.approvals.size).toBe(1);
    expect(told(server)).toContain('The call of probe__drop was not made');
    expect(told(server)).not.toContain('The call of probe__echo was not made');
  },
);
