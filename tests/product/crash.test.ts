import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiClient, TimelineEntry } from '@clawhold/client';
import {
  makeProductPlace,
  type Product,
  type ProductPlace,
  startProduct,
  stillAlive,
  verifies,
} from '@clawhold/testkit';
import type { FinanceApi } from '@clawhold/tour';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { operator, patience, printed, type ShownRun } from './answers.ts';
import { startCrashProduct } from './crash-place.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const victims = {
  gateway: /\/api\.js$/,
  worker: /\/worker\.js$/,
  supervisor: /\/node .*\/supervisor\.js$/,
  launcher: /launcher-\w+ serve/,
  database: /bin\/postgres -D/,
} as const;
type Victim = keyof typeof victims;

/** Each is a moment that can be seen from outside. */
const moments = {
  'before its first step': ({ body }) => body.kind === 'state' && body.state === 'running',
  'during a command': ({ body }) => body.kind === 'step.started' && body.tool === 'shell.exec',
  'between a result and the next turn': ({ body }) => body.kind === 'step.ended',
  'while a question waits': ({ body }) => body.kind === 'approval',
  'right after a yes': ({ body }) => body.kind === 'approval.ended',
} as const satisfies Readonly<Record<string, (entry: TimelineEntry) => boolean>>;
type Moment = keyof typeof moments;

/** In `npm test` every process and every moment is hit; the long run tries all of them together. */
const everyDay: readonly (readonly [Victim, Moment])[] = [
  ['supervisor', 'during a command'],
  ['launcher', 'during a command'],
  ['worker', 'between a result and the next turn'],
  ['supervisor', 'before its first step'],
  ['database', 'while a question waits'],
  ['gateway', 'right after a yes'],
];
const every = (Object.keys(victims) as Victim[]).flatMap(
  (victim) => (Object.keys(moments) as Moment[]).map((moment) => [victim, moment] as const), // the keys of the tables above
);
const matrix = Number(process.env['CLAWHOLD_TEST_SCALE'] ?? '1') > 1 ? every : everyDay;

let place: ProductPlace;
let product: Product;
let api: ApiClient;
let finance: FinanceApi;

beforeAll(async () => {
  place = await makeProductPlace();
  ({ product, finance } = await startCrashProduct(place));
  api = operator(product);
});
afterAll(async () => {
  await finance?.close();
  await product?.stop();
  await place?.[Symbol.asyncDispose]();
});

/** What the API says of a run; undefined while it is away. */
async function look(run: string): Promise<ShownRun | undefined> {
  try {
    const path = { params: { path: { run } } };
    const { data: found } = await api.GET('/runs/{run}', path);
    const { data: story } = await api.GET('/runs/{run}/timeline', path);
    return found === undefined || story === undefined ? undefined : { ...found, timeline: story.entries };
  } catch {
    return undefined;
  }
}

async function sayYes(run: string): Promise<void> {
  const { data } = await api.GET('/approvals', { params: { query: { run } } }).catch(() => ({ data: undefined }));
  for (const { id, digest } of data?.approvals ?? [])
    await api
      .POST('/approvals/{approval}/approve', { params: { path: { approval: id } }, body: { digest } })
      .catch(() => undefined);
}

/** Says yes to whatever is asked, and of lost steps that they happened, until the run has ended. */
async function seeThrough(run: string): Promise<ShownRun> {
  return vi.waitUntil(
    async () => {
      const { data: lost } = await api
        .GET('/unknown-steps', { params: { query: { run } } })
        .catch(() => ({ data: undefined }));
      for (const { step } of lost?.steps ?? []) await place.cli('settle', run, step, '--happened');
      await sayYes(run);
      const found = await look(run);
      return found !== undefined && ['finished', 'failed', 'stopped'].includes(found.state) ? found : undefined;
    },
    { timeout: 200_000, interval: 300 },
  );
}

/** How often each word stands in the file that the commands append to. */
async function marks(folder: string): Promise<Readonly<Record<string, number>>> {
  const text = await readFile(join(folder, 'marker'), 'utf8').catch(() => '');
  return { first: text.split('first\n').length - 1, second: text.split('second\n').length - 1 };
}

function outcomesOf({ timeline }: ShownRun): readonly string[] {
  return timeline.flatMap(({ body }) => (body.kind === 'step.ended' ? [body.outcome] : []));
}

/**
 * Holds what a run says of itself against what happened in the world, whatever was killed: nothing was done twice, and
 * nothing is said that is not so. Answers how often each of the three things was done, and the story for a failure.
 */
async function expectHonest(
  ended: ShownRun,
  folder: string,
  postingsBefore: number,
): Promise<{ readonly story: string; readonly done: readonly number[] }> {
  const bodies = ended.timeline.map(({ body }) => body);
  const story = JSON.stringify(bodies, undefined, 1);
  const outcomes = outcomesOf(ended);
  const changes = await api.GET('/runs/{run}/changes', { params: { path: { run: ended.id } } });
  await api.POST('/runs/{run}/keep', {
    params: { path: { run: ended.id } },
    body: { digest: changes.data?.digest ?? '', paths: null, skipConflicts: false },
  });
  const { first = 0, second = 0 } = await marks(folder);
  const done = [first, second, finance.state.postings.length - postingsBefore];
  expect(
    done.every((count) => count <= 1),
    story,
  ).toBe(true);
  // A step that is said to have worked did; one that nobody knows about is said to be unknown.
  const told = ended.timeline.some(({ body }) => body.kind === 'state' && body.state === 'unknown');
  expect(told, story).toBe(outcomes.includes('unknown'));
  const worked = outcomes.slice(0, 3).filter((outcome) => outcome === 'ok').length === 3;
  if (worked) expect(done, story).toEqual([1, 1, 1]);
  // Whatever was unknown was put before a person, and the record holds what that person said.
  const settled = ended.timeline.filter(({ body }) => body.kind === 'step.settled').length;
  expect(settled, story).toBe(outcomes.filter((outcome) => outcome === 'unknown').length);
  return { story, done };
}

test.each(matrix)(
  verifies('product.survives-kills', 'the %s, killed %s: nothing twice, nothing lost'),
  async (victim, moment) => {
    const folder = join(place.folder, `${victim} ${moment}`.replaceAll(' ', '-'));
    await mkdir(folder, { recursive: true });
    const before = finance.state.postings.length;
    const { data } = await api.POST('/runs', {
      body: { task: 'Append, append, post.', folder, agent: 'default', model: 'rehearsal/crash' },
    });
    const run = data?.id ?? '';
    const answering = moment === 'right after a yes';
    await vi.waitUntil(async () => {
      if (answering) await sayYes(run);
      return (await look(run))?.timeline.some(moments[moment]);
    }, patience);
    const recorded = (await api.GET('/audit/head')).data?.size ?? 0;
    const processes = product.processes();
    const target = processes.find(
      ({ command }) =>
        victims[victim].test(command) && (victim === 'launcher' || !/launcher/.test(command.split(' ')[0] ?? '')),
    );
    const serving = processes.find(({ command }) => victims.launcher.test(command));
    const below = processes.filter(({ pid, parent }) => parent === serving?.pid && pid !== serving.pid);
    expect(target, processes.map(({ command }) => command).join('\n')).toBeDefined();
    process.kill(target?.pid ?? -1, 'SIGKILL');
    if (victim === 'supervisor' || victim === 'launcher')
      await expect.poll(() => stillAlive(below), patience).toEqual([]);

    const ended = await seeThrough(run);
    const { story, done } = await expectHonest(ended, folder, before);
    // Killing what only thinks or remembers leaves the hands alone: all of it is done.
    if (victim === 'worker') expect([ended.state, ...done], story).toEqual(['finished', 1, 1, 1]);

    expect((await api.GET('/audit/head')).data?.size).toBeGreaterThanOrEqual(recorded);
    expect(printed(await place.cli('audit', 'verify', '--json'))).toMatchObject({
      kind: 'intact',
      headSource: 'outside',
    });
  },
);

test(
  verifies('product.ends-whole', 'a manager that is killed leaves nothing behind, and the next start goes on'),
  async () => {
    const folder = join(place.folder, 'manager');
    await mkdir(folder, { recursive: true });
    const before = finance.state.postings.length;
    const { data } = await api.POST('/runs', {
      body: { task: 'Append, append, post.', folder, agent: 'default', model: 'rehearsal/crash' },
    });
    const run = data?.id ?? '';
    await vi.waitUntil(async () => (await look(run))?.timeline.some(moments['during a command']), patience);
    const recorded = (await look(run))?.timeline ?? [];
    const processes = product.processes();
    product.manager.kill('SIGKILL');
    await expect.poll(() => stillAlive(processes).map(({ command }) => command), patience).toEqual([]);

    product = await startProduct(place);
    api = operator(product);
    const ended = await seeThrough(run);
    const { story } = await expectHonest(ended, folder, before);
    // What was recorded before stays, word for word, and the run goes on behind it: whether the command's result was
    // among it is the machine's choice, and "unknown" is the truth where it was not.
    expect(ended.timeline.slice(0, recorded.length), story).toEqual(recorded);
    expect(['ok', 'unknown'], story).toContain(outcomesOf(ended)[0]);
    expect(outcomesOf(ended).length, story).toBeGreaterThan(1);
    expect(printed(await place.cli('audit', 'verify', '--json'))).toMatchObject({
      kind: 'intact',
      headSource: 'outside',
    });
  },
);
