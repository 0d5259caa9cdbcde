import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '@clawhold/client';
import {
  makeProductPlace,
  type Product,
  type ProductPlace,
  repositoryRoot,
  startProduct,
  verifies,
} from '@clawhold/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { patience, printed, refusals, type ShownRun } from './answers.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let place: ProductPlace;
let product: Product;
let work: string;

const manifest = `name: coder
description: Somebody else's agent.
harness: command
command: [node, agent.mjs]
tools: { bash: { is: shell.exec, arguments: { command: cmd } } }
`;
const policy = `version: 1
name: coder
tools:
  - { match: shell.exec, decision: deny, where: "args.command.contains('ledger')" }
  - { match: shell.exec, decision: ask, where: "args.command.contains('publish')" }
`;

beforeAll(async () => {
  place = await makeProductPlace({});
  await place.configure({
    'agents/coder.yaml': manifest,
    'policies/coder.yaml': policy,
    'scenarios/programs.yaml': await readFile(join(import.meta.dirname, 'programs-scenario.yaml'), 'utf8'),
  });
  work = join(place.folder, 'work');
  await mkdir(work);
  await cp(join(repositoryRoot, 'apps/supervisor/src/programs/testing/agent.mjs'), join(work, 'agent.mjs'));
  await writeFile(join(work, 'ledger.csv'), '1,2');
  product = await startProduct(place);
});
afterAll(async () => {
  await product?.stop();
  await place?.[Symbol.asyncDispose]();
});

async function lastRun(): Promise<ShownRun> {
  const [run] = printed<readonly Run[]>(await place.cli('runs', '--limit', '1', '--json'));
  return printed(await place.cli('show', run?.id ?? '', '--json'));
}

test(
  verifies('product.any-program', 'an agent of somebody else works unchanged, and its files are kept and taken back'),
  async () => {
    const words = ['run', 'Write the report.', '--dir', work, '--agent', 'coder'];
    const ended = await place.cli(...words, '--model', 'rehearsal/programs');
    expect(ended.stdout).toContain('I wrote the report.');
    const { timeline, ...run } = await lastRun();
    expect(run).toMatchObject({ state: 'finished', outcome: 'I wrote the report.', usage: { turns: 2 } });
    expect(refusals(timeline)).toEqual(['deny propose shell.exec']);
    const { changes } = printed<{ changes: readonly { path: string }[] }>(await place.cli('diff', run.id, '--json'));
    expect(changes.map(({ path }) => path)).toEqual(['report.txt']);
    expect((await place.cli('keep', run.id)).status).toBe(0);
    expect((await place.cli('undo', run.id)).status).toBe(0);
  },
);

test(verifies('product.any-program', 'a call that needs a person waits until one has said yes'), async () => {
  const words = ['run', 'Publish it.', '--dir', work, '--agent', 'coder', '--model', 'rehearsal/programs', '--detach'];
  const run = printed<Run>(await place.cli(...words, '--json'));
  const shown = async () => printed<ShownRun>(await place.cli('show', run.id, '--json'));
  const question = (): Promise<string> =>
    vi.waitUntil(async () => {
      const asked = (await shown()).timeline.find(({ body }) => body.kind === 'approval');
      return asked?.body.kind === 'approval' ? asked.body.approval : undefined;
    }, patience);
  const id = await question();
  await vi.waitUntil(async () => (await shown()).state === 'waiting', patience);
  expect(printed(await place.cli('approve', id, '--json'))).toMatchObject({ id });
  await vi.waitUntil(async () => (await shown()).state === 'finished', patience);
  const { changes } = printed<{ changes: readonly { path: string }[] }>(await place.cli('diff', run.id, '--json'));
  expect(changes.map(({ path }) => path)).toEqual(['published.txt']);
});

test(
  verifies('product.any-program', 'a program that is named on the command line gets the task, and nothing else'),
  async () => {
    const words = ['run', 'Say $(id) "this".', '--dir', work, '--agent', 'coder', '--harness', 'command'];
    const ended = await place.cli(...words, '--', 'cat');
    expect(ended.stdout).toContain('Say $(id) "this".');
    expect(await lastRun()).toMatchObject({ state: 'finished', outcome: 'Say $(id) "this".', usage: { turns: 0 } });
    const broken = await place.cli('run', 'Write', 'it', '--dir', work);
    expect(broken.stderr).toContain('There are words behind the task.');
    expect(await place.cli('audit', 'verify')).toMatchObject({ status: 0 });
  },
);
