import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import type { Scene } from '../testing/scene.ts';
import { tamperWith } from '../testing/tamper.ts';
import { splitScene } from './testing/split-scene.ts';

vi.setConfig({ testTimeout: 120_000 });

const changed = async (scene: Scene) =>
  (await scene.ask('listChanges', { run: scene.run })).changes.map(({ path }) => path);

test(
  verifies('agents.split', 'what it does with shell and files happens in the other sandbox, as calls that are decided'),
  async () => {
    const { scene, think } = await splitScene();
    const [made, refused, read, secret, written] = await think(
      ['exec', 'echo "it\'s done" > report.txt; cat note.txt; pwd'],
      ['exec', 'cat ledger.csv'],
      ['read', 'note.txt'],
      ['read', 'ledger.csv'],
      ['write', { path: 'deep/b.txt', content: 'two\n' }],
    );
    expect(made).toMatchObject({ status: 0, stdout: 'old/task\n' });
    expect(refused).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('refused') });
    expect(read).toMatchObject({ status: 0, stdout: 'old' });
    expect(secret).toMatchObject({ status: 1, stdout: '' });
    expect(written).toMatchObject({ status: 0 });
    expect(await changed(scene)).toEqual(expect.arrayContaining(['report.txt', 'deep/b.txt']));
    const tools = scene.plane.events.flatMap(({ type, body }) => (type === 'step.intended' ? [body['tool']] : []));
    // Its start, the command and the file; what was refused never began.
    expect(tools).toEqual(['shell.exec', 'shell.exec', 'file.write']);
    const denied = scene.plane.events.flatMap(({ type, body }) => {
      const { question, decision } = body as { question: { tool: string }; decision: { kind: string } };
      return type === 'decision.made' && decision.kind === 'deny' ? [question.tool] : [];
    });
    expect(denied).toEqual(['shell.exec', 'file.read']);
    const started = scene.plane.events.filter(({ type }) => type === 'sandbox.started');
    expect(started.map(({ body }) => body['beside'] === 'mind')).toEqual([false, true]);
  },
);

test(
  verifies(
    'agents.split-taken-over',
    'a mind that is taken over gets no credential, no file of the task, and nothing by another name',
  ),
  async () => {
    const { scene, think } = await splitScene();
    const outside = ['/bin/sh', '-c', 'cat note.txt > stolen', 'openclaw-sandbox-check', '/task'];
    const [name, variables, task, own, configuration, checked, shell, python, bytes, twice, proxy] = await think(
      ['run', 'hostname'],
      ['environment'],
      ['files', '/task'],
      ['local', { path: '/opt/clawhold/agent/openclaw.json', content: '{}' }],
      ['configuration'],
      ['raw', outside],
      ['raw', ['/bin/sh', '-c', 'cat ledger.csv']],
      ['raw', ['python3', '-c', 'print(1)']],
      ['bytes', 'no json\n'],
      ['bytes', `${JSON.stringify({ command: "'/bin/sh' '-c' 'id'" })}\nmore`],
      ['run', 'curl -sS -m 5 -x "$HTTP_PROXY" http://finance.local/accounts -o /dev/null -w "%{http_code}"'],
    );
    // Of the agent and not of the run, so that it knows its own marks again.
    expect(name).toMatchObject({ is: expect.stringMatching(/^worker\n?$/) });
    expect(JSON.stringify(variables)).not.toMatch(/TOKEN|SECRET|PASSWORD/);
    expect(task).toEqual(expect.not.arrayContaining(['ledger.csv', 'note.txt']));
    expect(own).toMatchObject({ ok: false, is: 'EROFS' });
    expect(JSON.stringify(configuration)).not.toMatch(/sk-|Bearer/);
    // The name is answered; the script that came with it is not run.
    expect(checked).toMatchObject({ status: 0, stdout: '1\n' });
    expect(shell).toMatchObject({ status: 1, stdout: '' });
    expect(python).toMatchObject({ status: 1, stdout: '' });
    expect([bytes, twice]).toEqual(['', '']);
    // Its way out is the run's: what the policy opens, and nothing else.
    expect(proxy).toMatchObject({ is: '201' });
    expect(await changed(scene)).toEqual([]);
    expect([...scene.plane.approvals.values()]).toEqual([]);
    expect(await readFile(join(scene.taskFolder, 'ledger.csv'), 'utf8')).toBe('1,2');
  },
);

const narrow = `version: 1
name: worker
network_policies:
  narrow:
    endpoints: [{ host: raw.local, port: 25 }, { host: finance.local, port: 80, access: read-only }]
    binaries: [{ path: /usr/bin/curl }]
`;
const services = '{ raw.local: { socket: raw.sock }, finance.local: { socket: finance.sock } }';

test(
  verifies(
    'agents.split-taken-over',
    'a program where it thinks is none of those that a rule names, whatever port it calls from',
  ),
  async () => {
    const { scene, think } = await splitScene();
    const ceiling = `version: 1\nname: ceiling\nservices: ${services}\n`;
    await scene.ask('publishPolicy', { ceiling, agents: { worker: narrow } });
    const call = 'curl -sS -m 10 --local-port 40000 -x "$HTTP_PROXY"';
    const get = `${call} http://finance.local/accounts -o /dev/null -w "%{http_code}"`;
    const [open, , asAnother] = await think(
      ['exec', get.replace('--local-port 40000', '')],
      // The hands hold a connection from this port while the mind calls from the same.
      ['exec', `(sleep 20 | ${call} -p telnet://raw.local:25) > /dev/null 2>&1 & sleep 1`],
      ['run', get],
    );
    expect(open).toMatchObject({ stdout: '201' });
    expect(asAnother).toMatchObject({ is: '403' });
  },
);

test(verifies('agents.split', 'what needs a person waits where it is done, and happens after a yes'), async () => {
  const { scene, think } = await splitScene();
  const ended = think(['exec', 'echo publish > published.txt']);
  const asked = await vi.waitUntil(() => [...scene.plane.approvals.values()][0], { timeout: 60_000 });
  expect(asked.action).toMatchObject({ tool: 'shell.exec', arguments: { command: 'echo publish > published.txt' } });
  expect(await changed(scene)).toEqual([]);
  scene.plane.answer(asked.id, 'approved');
  expect(await ended).toMatchObject([{ status: 0 }]);
  expect(await changed(scene)).toEqual(['published.txt']);
});

test(
  verifies('agents.state', 'who an agent is and what it remembers is kept, shown as differences, and taken back'),
  async () => {
    const { scene, think } = await splitScene();
    await think(
      ['write', { path: 'MEMORY.md', content: 'Fridays.\n' }],
      ['local', { path: '/task/state/session', content: 'x' }],
      ['read', 'MEMORY.md'],
    );
    expect(await changed(scene)).toEqual([]);
    const { changes } = await scene.ask('listAgentChanges', { agent: 'worker' });
    expect(changes).toMatchObject([
      {
        run: scene.run,
        files: expect.arrayContaining([
          { path: 'workspace/MEMORY.md', change: 'added', before: null, after: 'Fridays.\n' },
          { path: 'state/session', change: 'added', before: null, after: null },
        ]),
      },
    ]);
    const memory = join(scene.home, 'agents/worker/state/workspace/MEMORY.md');
    expect(await readFile(memory, 'utf8')).toBe('Fridays.\n');
    expect(await scene.ask('undoAgentChange', { agent: 'worker' })).toMatchObject({ run: scene.run });
    // A process that died before it could keep anything told of more than there is.
    const log = join(scene.home, 'agents/worker/changes.ndjson');
    const [kept = ''] = (await readFile(log, 'utf8')).trim().split('\n');
    await appendFile(log, `${kept.replaceAll(scene.run, scene.another().run)}\n`);
    await expect(readFile(memory)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(scene.ask('undoAgentChange', { agent: 'worker' })).rejects.toMatchObject({
      code: 'state_agent_unchanged',
    });
    expect((await scene.ask('listAgentChanges', { agent: 'worker' })).changes).toEqual([]);
  },
);

test(verifies('agents.state', 'a run that goes wrong leaves nothing in who the agent is'), async () => {
  const { scene, think } = await splitScene();
  await expect(think(['write', { path: 'SOUL.md', content: 'Evil.\n' }], ['fail'])).rejects.toThrow('status 3');
  expect((await scene.ask('listAgentChanges', { agent: 'worker' })).changes).toEqual([]);
});

test.runIf(process.getuid?.() === 0)(
  verifies('sandbox.drift', 'a change from outside of the sandbox in which an agent thinks is a finding as well'),
  async () => {
    const { scene, think } = await splitScene();
    const ended = expect(think(['run', 'sleep infinity'])).rejects.toThrow();
    const mind = await vi.waitUntil(() => scene.plane.events.find(({ body }) => body['beside'] === 'mind'), {
      timeout: 60_000,
    });
    tamperWith(mind.body);
    await ended;
    const finding = () => scene.plane.events.find(({ type }) => type === 'finding.raised');
    await vi.waitFor(() => expect(finding()).toMatchObject({ run: scene.run, body: { kind: 'sandbox.drift' } }), {
      timeout: 60_000,
    });
  },
);

test(verifies('agents.bounded', 'a stop ends where it thinks as well'), async () => {
  const { scene, think } = await splitScene();
  const stopped = expect(think(['run', 'sleep infinity'])).rejects.toMatchObject({ code: 'state_run_stopped' });
  await vi.waitUntil(() => scene.plane.events.some(({ body }) => body['beside'] === 'mind'), { timeout: 60_000 });
  await scene.ask('stop', { run: scene.run });
  await stopped;
  expect((await scene.ask('listAgentChanges', { agent: 'worker' })).changes).toEqual([]);
});
