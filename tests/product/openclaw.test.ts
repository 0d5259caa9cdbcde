import { appendFile, chmod, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '@clawhold/client';
import { makeProductPlace, type Product, type ProductPlace, scale, startProduct, verifies } from '@clawhold/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { npmSettings, operator, printed, refusals, type ShownRun } from './answers.ts';

// The real program: hundreds of megabytes to install, and seconds to start.
vi.setConfig({ testTimeout: 400_000, hookTimeout: 400_000 });

/** A program of seconds on a machine with much else to do. */
const forPeople = { timeout: 300_000, interval: 500 } as const;

const rule = `tools:
  - { match: shell.exec, decision: deny, where: "args.command.contains('ledger')" }
  - { match: shell.exec, decision: ask, where: "args.command.contains('publish')" }
`;

let place: ProductPlace;
let product: Product;
let work: string;

beforeAll(async () => {
  place = await makeProductPlace({ environment: npmSettings() });
  const configuration = join(place.home, 'configuration');
  await place.configure({
    'scenarios/openclaw.yaml': await readFile(join(import.meta.dirname, 'openclaw-scenario.yaml'), 'utf8'),
  });
  work = join(place.folder, 'work');
  await mkdir(work);
  await writeFile(join(work, 'ledger.csv'), '1,2');
  product = await startProduct(place);
  const created = await place.cli('agent', 'create', 'mia', '--harness', 'openclaw', '--model', 'rehearsal/openclaw');
  expect(created, created.stderr).toMatchObject({ status: 0 });
  await appendFile(join(configuration, 'policies/mia.yaml'), rule);
  expect(await place.cli('policy', 'reload')).toMatchObject({ status: 0 });
});
afterAll(async () => {
  await product?.stop();
  await place?.[Symbol.asyncDispose]();
});

interface Change {
  readonly run: string;
  readonly files: readonly { readonly path: string; readonly change: string }[];
}

interface Said {
  readonly run: string;
  readonly ok: boolean;
  readonly text: string;
}

const shown = async (run: string): Promise<ShownRun> => printed(await place.cli('show', run, '--json'));

/** One message more in the conversation that is open, or the first of one. */
async function say(text: string, ...more: readonly string[]): Promise<Said> {
  const { stdout, stderr } = await place.cli('chat', 'mia', '--dir', work, '--message', text, '--json', ...more);
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  if (last === '') throw new Error(stderr);
  return JSON.parse(last) as Said; // what the command prints last
}

/** A run of one task, which is another program than the one that stays. */
/** Puts the code of an attacker before the first line of the program that was installed. */
async function takeOver(): Promise<void> {
  const installed = join(place.home, 'installed');
  const [name = ''] = await readdir(installed);
  const folder = join(installed, name, 'node_modules/openclaw');
  const program = join(folder, 'openclaw.mjs');
  await Promise.all([folder, program].map((path) => chmod(path, 0o755)));
  await cp(join(import.meta.dirname, 'openclaw-takeover.mjs'), join(folder, 'takeover.mjs'));
  await writeFile(join(folder, 'takeover.json'), JSON.stringify({ url: product.url, home: place.home }));
  await writeFile(program, `import './takeover.mjs';\n${(await readFile(program, 'utf8')).replace(/^#!.*/, '')}`);
}

/** Waits for a question about this tool, and says no. */
async function deny(tool: string): Promise<void> {
  const api = operator(product);
  const asked = await vi.waitUntil(async () => {
    const { data } = await api.GET('/approvals');
    return data?.approvals.find(({ state, action }) => state === 'pending' && action.tool === tool);
  }, forPeople);
  expect(await place.cli('deny', asked.id)).toMatchObject({ status: 0 });
}

async function writeReport(): Promise<ShownRun> {
  const ended = await place.cli('run', 'Write the report.', '--dir', work, '--agent', 'mia');
  expect(ended.stdout).toContain('I wrote the report.');
  const [last] = printed<readonly Run[]>(await place.cli('runs', '--limit', '1', '--json'));
  return shown(last?.id ?? '');
}

const changes = async (): Promise<readonly Change[]> => printed(await place.cli('agent', 'changes', 'mia', '--json'));

test(
  verifies(
    'product.openclaw',
    'OpenClaw as it is published stays and talks, works split, is refused what the policy refuses, also when it is taken over, and keeps its memory',
  ),
  async () => {
    await takeOver();
    const writing = say('Write the report. It is due on Friday.');
    // Its own question reaches people, whatever answer it gives itself; and so does what it does then.
    await deny('pay');
    await deny('shell.exec');
    const wrote = await writing;
    expect(wrote).toMatchObject({ ok: true, text: expect.stringContaining('I wrote the report.') });
    // The same program, which has the first message before it.
    const talked = await say('What did I say? That it is due on Monday?', '--end');
    expect(talked).toMatchObject({ run: wrote.run, ok: true, text: 'You said that it is due on Monday.' });
    const { timeline, ...run } = await shown(wrote.run);
    expect(run).toMatchObject({ state: 'finished', outcome: talked.text, usage: { turns: 3 } });
    expect(refusals(timeline)).toContain('deny propose shell.exec');
    expect(timeline.flatMap(({ body }) => (body.kind === 'step.ended' ? [body.outcome] : []))).toContain('ok');
    const ends = timeline.flatMap(({ body }) => (body.kind === 'approval.ended' ? [body.state] : []));
    expect(ends).toEqual(['denied', 'denied']);
    const memory = join(place.home, 'supervisor/agents/mia/state/workspace/memory/taken.md');
    const came = await readFile(memory, 'utf8');
    expect(came).not.toContain(product.token);
    const no = expect.stringMatching(/^failed/);
    expect(JSON.parse(came)).toMatchObject({
      // OpenClaw takes its own administrator's word. The platform does not.
      itself: 'allow-once',
      platform: no,
      throughProxy: '403',
      token: no,
      task: expect.not.stringContaining('ledger.csv'),
      ledger: no,
      publish: no,
    });
    const listed = printed<{ changes: readonly { path: string }[] }>(await place.cli('diff', run.id, '--json'));
    expect(listed.changes.map(({ path }) => path)).toEqual(['report.txt']);
    expect((await place.cli('keep', run.id)).status).toBe(0);
    // What OpenClaw takes for its workspace on a remote machine is the task folder, in the words of the platform.
    expect(await readFile(join(work, 'report.txt'), 'utf8')).toBe('/task\n');

    const [change, ...others] = await changes();
    expect(others).toEqual([]);
    expect(change?.run).toBe(run.id);
    expect(change?.files).toContainEqual(expect.objectContaining({ path: 'workspace/MEMORY.md', change: 'added' }));
    const told = await place.cli('agent', 'changes', 'mia');
    expect(told.stdout).toContain('+Reports are due on Fridays.');
    if (scale(1) > 1) {
      // As a program of one task it goes on from what it kept, and its newest change goes back alone.
      const again = await writeReport();
      expect((await changes()).map((one) => one.run)).toEqual([again.id, run.id]);
      expect((await place.cli('agent', 'undo', 'mia')).status).toBe(0);
      expect((await place.cli('agent', 'upgrade', 'mia')).status).toBe(0);
    }
    expect((await changes()).map((one) => one.run)).toEqual([run.id]);
    expect(printed(await place.cli('agent', 'undo', 'mia', '--json'))).toMatchObject({ run: run.id });
    expect(await changes()).toEqual([]);
    expect(await place.cli('audit', 'verify')).toMatchObject({ status: 0 });
  },
);
