import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ApiClient, Run } from '@clawhold/client';
import {
  type CommandResult,
  makeProductPlace,
  type Product,
  type ProductPlace,
  startProduct,
  verifies,
} from '@clawhold/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { notAllMet, operator, patience, printed } from './answers.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 240_000 });

/** An entry of models.yaml. */
function provider(name: string, base: string): string {
  return `  - { name: ${name}, baseUrl: "${base}", models: [m] }\n`;
}

let place: ProductPlace;
let product: Product;
let api: ApiClient;
let models: Server;
let folder: string;
let policyFile: string;

const head = { id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm' } as const;

function chunk(delta: object): string {
  return `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`;
}

/** A model server whose answers make no sense: the first part of the path says in which way. */
function answerNonsense(kind: string, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (kind === 'malformed') {
    const broken = { name: 'file_list', arguments: '{"path": [unfinished' };
    response.write(
      chunk({ role: 'assistant', tool_calls: [{ index: 0, id: 'c', type: 'function', function: broken }] }),
    );
    response.end('data: {"choices": nonsense}\n\ndata: [DONE]\n\n');
    return;
  }
  const word = chunk({ content: 'and so on '.repeat(2_000) });
  const goOn = (): void => {
    while (!response.destroyed && response.write(word));
    if (!response.destroyed) response.once('drain', goOn);
  };
  goOn();
}

beforeAll(async () => {
  models = createServer((request, response) => {
    request.resume().on('end', () => answerNonsense(request.url?.split('/')[1] ?? '', response));
  });
  await new Promise<void>((resolve) => models.listen(0, '127.0.0.1', resolve));
  const { port } = models.address() as AddressInfo; // it listens on TCP
  place = await makeProductPlace();
  const servers = ['malformed', 'endless'].map((name) => provider(name, `http://127.0.0.1:${port}/${name}/v1`));
  await place.configure({
    // Nothing listens on the discard port of this machine.
    'models.yaml': `default: rehearsal/default\nproviders:\n${provider('dead', 'http://127.0.0.1:9/v1')}${servers.join('')}`,
  });
  product = await startProduct(place);
  api = operator(product);
  folder = join(place.folder, 'work');
  await mkdir(folder);
  policyFile = join(place.home, 'configuration', 'policies', 'default.yaml');
});
afterAll(async () => {
  await product?.stop();
  models?.closeAllConnections();
  models?.close();
  await place?.[Symbol.asyncDispose]();
});

const stackTrace = /^\s+at .+[:(]\d+/m;

interface Complaint {
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string };
}

/** The one sentence with which a command was refused, said to people and to programs alike. */
async function complaint(...words: readonly string[]): Promise<Complaint['error']> {
  const [forPeople, forPrograms] = [await place.cli(...words), await place.cli(...words, '--json')];
  for (const { status, stdout, stderr } of [forPeople, forPrograms]) {
    expect(status).not.toBe(0);
    expect(stdout + stderr).not.toMatch(stackTrace);
  }
  const { error } = printed<Complaint>(last(forPrograms));
  expect(forPrograms.stderr).toBe('');
  expect(forPeople.stderr).toContain(`clawhold: ${error.message}`);
  expect(error.message).toMatch(/^[^\n]+[.!?)"]$/);
  expect(error.code).not.toMatch(/internal|unknown$/);
  return error;
}

/** A command that reports its progress says what went wrong in its last line. */
function last(result: CommandResult): CommandResult {
  return { ...result, stdout: result.stdout.trim().split('\n').at(-1) ?? '' };
}

/** An honest little run goes through: nothing is broken. */
async function expectWell(): Promise<void> {
  const run = await place.cli('run', 'Look around.', '--dir', folder, '--json');
  expect(run.status, run.stdout + run.stderr).toBe(notAllMet);
  expect(printed(await place.cli('audit', 'verify', '--json'))).toMatchObject({
    kind: 'intact',
    headSource: 'outside',
  });
}

test(verifies('product.clear-sentences', 'an unknown folder, agent or model'), async () => {
  expect(await complaint('run', 'x', '--dir', '/no/such/folder')).toMatchObject({ code: 'input_no_such_folder' });
  expect(await complaint('run', 'x', '--dir', folder, '--agent', 'nobody')).toMatchObject({
    code: 'input_unknown_agent',
    hint: expect.stringContaining('default'),
  });
  expect(await complaint('run', 'x', '--dir', folder, '--model', 'no/model')).toMatchObject({
    code: 'input_unknown_model',
  });
  expect(await complaint('run', ' ', '--dir', folder)).toMatchObject({ code: 'input_empty_task' });
});

test.each([
  ['show', 'run_0000000000'],
  ['diff', 'run_0000000000'],
  ['keep', 'nonsense'],
  ['undo', 'run_0000000000'],
  ['stop', '../../etc/passwd'],
  ['approve', 'apr_0000000000'],
  ['deny', 'nonsense'],
])(verifies('product.clear-sentences', '%s %s: there is no such thing'), async (command, id) => {
  await complaint(command, id);
});

test(
  verifies(
    'product.clear-sentences',
    'a policy with a typo is refused with line and nearest key, and the old one stays',
  ),
  async () => {
    const good = await readFile(policyFile, 'utf8');
    const before = (await api.GET('/policies')).data;
    await writeFile(policyFile, 'version: 1\nname: default\nnetwork_polices: {}\n');
    try {
      const checked = await place.cli('policy', 'check', policyFile, '--json');
      expect(checked.status).toBe(1);
      expect(printed(checked)).toMatchObject({
        valid: false,
        findings: [{ severity: 'error', line: 3, message: expect.stringContaining('network_policies') }],
      });
      const { message } = await complaint('policy', 'reload');
      expect(message).toMatch(/\b3\b/);
      expect(message).toContain('network_policies');
      expect((await api.GET('/policies')).data).toEqual(before);
    } finally {
      await writeFile(policyFile, good);
    }
    expect((await place.cli('policy', 'reload')).status).toBe(0);
    await expectWell();
  },
);

test(verifies('product.clear-sentences', 'a policy that cannot be read'), async () => {
  const good = await readFile(policyFile, 'utf8');
  await rm(policyFile);
  await mkdir(policyFile); // not even root can read this
  try {
    expect(await complaint('policy', 'reload')).toMatchObject({
      code: 'policy_unreadable',
      message: expect.stringContaining('default.yaml'),
    });
    expect(await complaint('policy', 'check', policyFile)).toMatchObject({ code: 'input_file_unreadable' });
  } finally {
    await rm(policyFile, { recursive: true });
    await writeFile(policyFile, good);
  }
  expect((await place.cli('policy', 'reload')).status).toBe(0);
  await expectWell();
});

test.each([
  ['dead', /not|reach|answer/i],
  ['malformed', /model|answer/i],
  ['endless', /answer|long|limit|bytes|tokens|cut/i],
])(
  verifies('product.clear-sentences', 'a model server that is %s ends the run with a sentence'),
  async (name, sentence) => {
    const { status, stdout, stderr } = await place.cli('run', 'x', '--dir', folder, '--model', `${name}/m`, '--json');
    expect(status, stdout + stderr).toBe(1);
    expect(stdout + stderr).not.toMatch(stackTrace);
    const [run] = printed<readonly Run[]>(await place.cli('runs', '--limit', '1', '--json'));
    expect(run).toMatchObject({ state: 'failed', model: `${name}/m`, outcome: expect.stringMatching(sentence) });
    expect(run?.outcome).not.toMatch(stackTrace);
    await expectWell();
  },
);

test(verifies('product.clear-sentences', 'a second start on the same home'), async () => {
  expect(await complaint('up')).toMatchObject({
    code: 'state_already_up',
    message: expect.stringContaining(String(product.manager.pid)),
  });
  await expectWell();
});

test(verifies('product.clear-sentences', 'a busy port'), async () => {
  const { port } = new URL(product.url);
  await using other = await makeProductPlace({ environment: { CLAWHOLD_PORT: port } });
  const up = await other.cli('up', '--json');
  expect(up.status).toBe(1);
  expect(printed(last(up))).toMatchObject({
    error: {
      code: 'host_port_busy',
      message: expect.stringContaining(port),
      hint: expect.stringContaining('CLAWHOLD_PORT='),
    },
  });
  expect(up.stdout + up.stderr).not.toMatch(stackTrace);
  expect(printed(await other.cli('status', '--json'))).toMatchObject({ running: false });
});

async function isSupervised(): Promise<boolean | undefined> {
  return (await api.GET('/status')).data?.supervisors.every((one) => one.alive);
}

test(
  verifies('product.clear-sentences', 'a supervisor that is lost is said to be, and lets nothing pass'),
  async () => {
    const supervisor = product
      .processes()
      .find(
        ({ command }) => /\/node .*\/supervisor\.js$/.test(command) && !/launcher/.test(command.split(' ')[0] ?? ''),
      );
    process.kill(supervisor?.pid ?? -1, 'SIGSTOP');
    try {
      await expect.poll(isSupervised, patience).toBe(false);
      expect((await place.cli('status')).stdout).toContain('lost: nothing passes');
    } finally {
      process.kill(supervisor?.pid ?? -1, 'SIGCONT');
    }
    await expect.poll(isSupervised, patience).toBe(true);
    await expectWell();
  },
);

test(verifies('product.clear-sentences', 'a database that is lost comes back'), async () => {
  const database = product.processes().find(({ command }) => /bin\/postgres -D/.test(command));
  process.kill(database?.pid ?? -1, 'SIGKILL');
  const meanwhile = await place.cli('runs', '--json');
  expect(meanwhile.stdout + meanwhile.stderr).not.toMatch(stackTrace);
  expect(() => printed(meanwhile)).not.toThrow();
  await expect.poll(async () => (await place.cli('runs')).status, patience).toBe(0);
  await expectWell();
});

test(verifies('product.clear-sentences', 'a start with a policy that has a typo'), async () => {
  const good = await readFile(policyFile, 'utf8');
  await product.stop();
  await writeFile(policyFile, 'version: 1\nname: default\nnetwork_polices: {}\n');
  const { message } = await complaint('up');
  expect(message).toContain('network_policies');
  expect(await complaint('runs')).toMatchObject({ code: 'gateway_not_running' });
  await writeFile(policyFile, good);
  product = await startProduct(place);
  api = operator(product);
  await expectWell();
});
