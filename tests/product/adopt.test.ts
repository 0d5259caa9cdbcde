import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AgentSkill } from '@clawhold/client';
import { recipeOf } from '@clawhold/harness/installation';
import {
  makeProductPlace,
  type Product,
  type ProductPlace,
  repositoryRoot,
  scale,
  startProduct,
  verifies,
} from '@clawhold/testkit';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { adopt } from '../../apps/cli/src/adoption/adopt.ts';
import { plantedSecrets, writeOpenClawHome } from '../../apps/cli/src/adoption/testing/openclaw-home.ts';
import { undoAdoption } from '../../apps/cli/src/adoption/undo-adoption.ts';
import { agentFiles, removeAgent, writeAgent } from '../../apps/cli/src/agents/agent-files.ts';
import { npmSettings, operator, printed } from './answers.ts';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 400_000 });

const run = promisify(execFile);
const isLong = scale(1) > 1;

let place: ProductPlace;
let product: Product;
let source: string;

beforeAll(async () => {
  place = await makeProductPlace({ environment: npmSettings() });
  await place.configure({
    'scenarios/adopted.yaml': await readFile(join(import.meta.dirname, 'adopted-scenario.yaml'), 'utf8'),
  });
  source = join(place.folder, 'openclaw');
  await writeOpenClawHome(source);
  product = await startProduct(place);
  // What is there is not installed again. In the long run it is installed, for it is started there.
  if (!isLong) await mkdir(join(place.home, 'installed', recipeOf('openclaw').name));
});
afterAll(async () => {
  await product?.stop();
  await place?.[Symbol.asyncDispose]();
});

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : [])).toSorted();
}

/** Everything that could change in a folder. */
async function fingerprint(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const path of await filesBelow(folder)) {
    const { mode, mtimeMs, size } = await stat(path);
    hash.update(`${path} ${mode} ${mtimeMs} ${size} `).update(await readFile(path));
  }
  return hash.digest('hex');
}

/** As a person would look for it who has the folder: no code of ours. */
function spellings(secret: string): readonly string[] {
  const shifted = [0, 1, 2].map((by) => Buffer.from('x'.repeat(by) + secret).toString('base64'));
  return [
    secret,
    Buffer.from(secret).toString('hex'),
    encodeURIComponent(secret),
    ...shifted.map((text) => text.slice(4, -4)),
  ];
}

const credentials = async () =>
  ((await operator(product).GET('/credentials')).data?.credentials ?? []).map(({ name, binding }) => ({
    name,
    hosts: binding.hosts,
    agents: binding.agents,
  }));
const credentialsOf = async (agent: string) => (await credentials()).filter(({ agents }) => agents?.includes(agent));
const kept = (name: string): string => join(place.home, 'supervisor/agents', name);

describe('a folder with secrets everywhere', () => {
  test(verifies('adoption.whole', 'is adopted, taken back as if nothing had been, and adopted again'), async () => {
    const before = await fingerprint(source);
    for (const attempt of isLong ? ['first', 'second'] : ['first']) {
      const adopted = await place.cli('adopt', source, '--name', 'mia', '--json');
      expect(adopted, `${attempt}: ${adopted.stderr}`).toMatchObject({ status: 0 });
      const memory = await readFile(join(kept('mia'), 'state/workspace/MEMORY.md'), 'utf8');
      expect(memory).toContain('is called Kokoschka');
      expect(memory).toContain('[a secret stood here: it is the credential mia-own now]');
      expect(await credentialsOf('mia')).toEqual([
        { name: 'mia-openai', hosts: ['api.openai.com'], agents: ['mia'] },
        { name: 'mia-own', hosts: ['models.example.com'], agents: ['mia'] },
        { name: 'mia-some-api-key', hosts: ['nowhere.invalid'], agents: ['mia'] },
      ]);
      expect((await place.cli('agents')).stdout).toMatch(/^mia\s+agents\/mia\.yaml/m);
      const twice = await place.cli('adopt', source, '--name', 'mia');
      expect(twice.stderr).toContain('There is an agent "mia" already.');
      const undone = await place.cli('adopt', '--undo', 'mia');
      expect(undone, undone.stderr).toMatchObject({ status: 0 });
      expect(await credentialsOf('mia')).toEqual([]);
      expect(existsSync(kept('mia'))).toBe(false);
      expect((await place.cli('agents')).stdout).not.toContain('mia');
      expect((await place.cli('adopt', '--undo', 'mia')).stderr).toContain('No agent "mia" was adopted.');
      expect(await readdir(join(place.home, 'adopting'))).toEqual([]);
    }
    expect(await fingerprint(source)).toBe(before);
  });

  beforeAll(async () => {
    expect(await place.cli('adopt', source, '--name', 'secretless')).toMatchObject({ status: 0 });
  });

  test(verifies('adoption.secrets-moved', 'leaves no secret in anything that is kept, in no spelling'), async () => {
    const files = [...(await filesBelow(kept('secretless'))), ...(await filesBelow(join(place.home, 'configuration')))];
    expect(files.length).toBeGreaterThan(5);
    for (const path of files) {
      const text = await readFile(path, 'latin1');
      for (const secret of Object.values(plantedSecrets))
        for (const spelling of spellings(secret)) expect(text.toLowerCase()).not.toContain(spelling.toLowerCase());
    }
    // No account but the supervisor's reads what an agent keeps.
    const { uid, mode } = await stat(kept('secretless'));
    expect(uid).toBe((await stat(join(place.home, 'supervisor'))).uid);
    expect(mode & 0o077).toBe(0);
  });

  test(verifies('adoption.skills-held', 'keeps its skills beside what the agent sees'), async () => {
    const all = (await filesBelow(kept('secretless'))).map((path) => path.slice(kept('secretless').length + 1));
    expect(all.filter((path) => path.startsWith('state/')).toSorted()).toEqual([
      'state/workspace/MEMORY.md',
      'state/workspace/SOUL.md',
      'state/workspace/memory/2026-11-01.md',
    ]);
    expect(all.filter((path) => path.endsWith('SKILL.md')).toSorted()).toEqual([
      'skills/mails/SKILL.md',
      'skills/sums/SKILL.md',
    ]);
  });

  test(verifies('adoption.skills-held', 'and a person reads and releases each'), async () => {
    const states = async () =>
      printed<readonly Pick<AgentSkill, 'skill' | 'state'>[]>(
        await place.cli('agent', 'skills', 'secretless', '--json'),
      ).map(({ skill, state }) => `${skill} ${state}`);
    expect(await states()).toEqual(['mails held', 'sums held']);
    const shown = await place.cli('agent', 'skills', 'secretless', 'mails');
    expect(shown.stdout).toContain('[a secret stood here');
    const { digest } = printed<AgentSkill>(await place.cli('agent', 'skills', 'secretless', 'mails', '--json'));
    await appendFile(join(kept('secretless'), 'skills/mails/send.sh'), 'id\n');
    const late = await place.cli('agent', 'release', 'secretless', 'mails', '--digest', digest);
    expect(late).toMatchObject({ status: 1, stderr: expect.stringContaining('is not the one that was shown') });
    expect(await place.cli('agent', 'release', 'secretless', 'sums')).toMatchObject({ status: 0 });
    expect(await states()).toEqual(['mails held', 'sums released']);
    expect(await place.cli('agent', 'hold', 'secretless', 'sums')).toMatchObject({ status: 0 });
    expect(await states()).toEqual(['mails held', 'sums held']);
    const { stderr } = await place.cli('agent', 'release', 'secretless', 'mials');
    expect(stderr).toContain('secretless has no skill "mials".');
    const { data } = await operator(product).GET('/audit/entries', { params: { query: { after: 0 } } });
    const told = (data?.entries ?? []).filter(({ type }) => type.startsWith('skill.'));
    expect(told.map(({ type, actor, body }) => [type, actor, body['skill']])).toEqual([
      ['skill.released', 'person:operator', 'mails'],
      ['skill.released', 'person:operator', 'sums'],
      ['skill.held', 'person:operator', 'sums'],
    ]);
  });
});

test(
  verifies(
    'agents.snapshots',
    'an upgrade keeps what an agent keeps, with a snapshot before it; one that fails changes nothing',
  ),
  async () => {
    expect(await place.cli('adopt', source, '--name', 'older')).toMatchObject({ status: 0 });
    const { manifest } = agentFiles(place.home, 'older');
    const newest = await readFile(manifest, 'utf8');
    const older = newest.replace(/^installed:.*$/m, 'installed: openclaw-2026.1.1-0123456789abcdef');
    await writeFile(manifest, older);
    const memory = join(kept('older'), 'state/workspace/MEMORY.md');
    const remembered = await readFile(memory, 'utf8');
    const installed = join(place.home, 'installed', recipeOf('openclaw').name);
    await rename(installed, `${installed}.aside`);
    const environment = { ...place.environment, npm_config_registry: 'http://127.0.0.1:9' };
    const [file, ...words] = place.command('cli', ['agent', 'upgrade', 'older']);
    await expect(run(file, words, { env: environment, cwd: '/' })).rejects.toMatchObject({
      stderr: expect.stringContaining('The npm registry cannot be reached'),
    });
    expect(await readFile(manifest, 'utf8')).toBe(older);
    expect(printed(await place.cli('agent', 'snapshots', 'older', '--json'))).toEqual([]);

    await rename(`${installed}.aside`, installed);
    const upgraded = printed(await place.cli('agent', 'upgrade', 'older', '--json'));
    expect(upgraded).toEqual({ name: 'older', changed: true, snapshot: 1 });
    expect(await readFile(manifest, 'utf8')).toBe(newest);
    expect(await readFile(memory, 'utf8')).toBe(remembered);
    await writeFile(memory, 'Nothing.\n');
    expect(await place.cli('agent', 'restore', 'older', '1')).toMatchObject({ status: 0 });
    expect(await readFile(memory, 'utf8')).toBe(remembered);
  },
);

/**
 * How a creation is hit: killed after a part of the time that it takes, without the platform from a request on, with a
 * supervisor or a database that dies under it, or on a full disk.
 */
type Fault =
  | { readonly kind: 'kill' | 'supervisor' | 'database'; readonly part: number }
  | { readonly kind: 'away'; readonly from: number }
  | { readonly kind: 'full' };

/** With those of both tests 300 in the long run. */
const kinds = isLong ? 72 : 2;
const mayMount = process.getuid?.() === 0;
const faults: readonly Fault[] = [
  ...Array.from({ length: kinds }, (_, index): readonly Fault[] => [
    { kind: 'kill', part: (index + 0.5) / kinds },
    { kind: 'away', from: (index * 3) % 11 },
  ]).flat(),
  ...(mayMount ? [{ kind: 'full' } as const] : []),
  ...(isLong ? [0.3, 0.6, 0.9].map((part) => ({ kind: 'supervisor', part }) as const) : []),
  ...(isLong ? [0.5, 0.9].map((part) => ({ kind: 'database', part }) as const) : []),
];

/** The platform behind a port of its own, which nobody answers at from some request on. */
async function partingPlatform(from: number): Promise<{ readonly url: string } & AsyncDisposable> {
  let asked = 0;
  const server = createServer((request, response) => {
    if (asked++ >= from) return void request.socket.destroy();
    const { method, headers } = request;
    const passed = httpRequest(`${product.url}${request.url}`, {
      method,
      headers: { ...headers, host: new URL(product.url).host },
    });
    passed.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    request.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A process of the product that is started again when it dies. */
function victim(kind: 'supervisor' | 'database'): number {
  const wanted = kind === 'supervisor' ? 'supervisor.js' : 'postgres -D';
  const found = product.processes().find(({ command }) => command.includes(wanted));
  if (found === undefined) throw new Error(`there is no ${wanted}`);
  return found.pid;
}

/** Runs a creation that is hit. @param milliseconds that it takes when nothing hits it. */
async function hit(fault: Fault, milliseconds: number, words: readonly string[]): Promise<void> {
  const [file, ...rest] = place.command('cli', words);
  const toEnd = (environment: NodeJS.ProcessEnv) =>
    run(file, rest, { env: environment, cwd: '/' }).catch(() => undefined);
  if (fault.kind === 'away') {
    await using platform = await partingPlatform(fault.from);
    await toEnd({ ...place.environment, CLAWHOLD_URL: platform.url });
  } else if (fault.kind === 'full') {
    const disk = join(place.home, 'adopting');
    await mkdir(disk, { recursive: true });
    await run('mount', ['-t', 'tmpfs', '-o', 'size=4k,mode=0700', 'clawhold-test', disk]);
    await toEnd(place.environment).finally(() => run('umount', [disk]));
  } else {
    const child = spawn(file, rest, { env: place.environment, cwd: '/', stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const pid = fault.kind === 'kill' ? child.pid : victim(fault.kind);
    const timer = setTimeout(() => pid !== undefined && process.kill(pid, 'SIGKILL'), milliseconds * fault.part);
    await ended;
    clearTimeout(timer);
  }
  // What died is started again.
  await vi.waitFor(() => operator(product).GET('/credentials'), { timeout: 120_000, interval: 250 });
}

/** How long a creation takes that nothing hits, when its program is installed. @param clear takes it back. */
async function unharmed(words: readonly string[], clear: () => Promise<void>): Promise<number> {
  let milliseconds = 0;
  for (let time = 0; time < (isLong ? 2 : 1); time++) {
    const begun = performance.now();
    await hit({ kind: 'away', from: 1_000 }, 0, words);
    milliseconds = performance.now() - begun;
    await clear();
  }
  return milliseconds;
}

/** As runs see it: there without a problem, or no run can have it. */
async function isWhole(name: string): Promise<boolean> {
  await operator(product).POST('/policies/reload');
  const { data } = await operator(product).GET('/agents');
  return data?.agents.find((agent) => agent.name === name)?.problem === null;
}

describe('a creation that is hit', () => {
  test(verifies(
    'adoption.whole',
    'and was an adoption, is whole or not there; a second attempt works, and can go back',
  ), async () => {
    const api = operator(product);
    const name = 'struck';
    const files = agentFiles(place.home, name);
    const again = () =>
      adopt(
        name,
        { path: source, agent: undefined },
        {
          api,
          home: place.home,
          files,
          model: undefined,
          install: async () => recipeOf('openclaw').name,
        },
      );
    const before = await credentials();
    const words = ['adopt', source, '--name', name];
    const milliseconds = await unharmed(words, async () => {
      expect(await isWhole(name)).toBe(true);
      await undoAdoption({ api, home: place.home, files, name });
    });
    const came = { whole: 0, nothing: 0 };
    for (const fault of faults) {
      await hit(fault, milliseconds, words);
      const told = JSON.stringify(fault);
      if (await isWhole(name)) {
        came.whole++;
        expect(await readFile(join(kept(name), 'state/workspace/SOUL.md'), 'utf8'), told).toBe('You are Mia.\n');
        expect((await credentialsOf(name)).length, told).toBe(3);
      } else {
        came.nothing++;
        await again();
        expect(await isWhole(name), told).toBe(true);
      }
      await undoAdoption({ api, home: place.home, files, name });
      expect(await credentials(), told).toEqual(before);
      expect(existsSync(kept(name)), told).toBe(false);
      expect(existsSync(files.manifest), told).toBe(false);
      expect(await readdir(join(place.home, 'adopting')), told).toEqual([]);
    }
    // Both happen, or nothing was hit.
    expect(came.nothing).toBeGreaterThan(0);
  }, 2_400_000);

  test(verifies(
    'agents.created-whole',
    'and was made from a kind, is whole or not there, and a second attempt works',
  ), async () => {
    const name = 'stricken';
    const files = agentFiles(place.home, name);
    const words = ['agent', 'create', name, '--harness', 'openclaw'];
    const milliseconds = await unharmed(words, async () => {
      expect(await isWhole(name)).toBe(true);
      await removeAgent(files);
    });
    for (const fault of faults) {
      await hit(fault, milliseconds, words);
      const told = JSON.stringify(fault);
      if (!(await isWhole(name)))
        await writeAgent(files, {
          name,
          harness: 'openclaw',
          program: { installed: recipeOf('openclaw').name },
          model: undefined,
        });
      expect(await isWhole(name), told).toBe(true);
      await removeAgent(files);
      expect(await isWhole(name), told).toBe(false);
    }
  }, 2_400_000);
});

describe.skipIf(!isLong)('an OpenClaw as its own program made it', () => {
  test(verifies('adoption.whole', 'knows as an agent what only its memory knows'), async () => {
    const other = await place.cli('agent', 'create', 'other', '--harness', 'openclaw');
    expect(other, other.stderr).toMatchObject({ status: 0 });
    const program = join(place.home, 'installed', recipeOf('openclaw').name, 'node_modules/openclaw/openclaw.mjs');
    const own = join(place.folder, 'own');
    await mkdir(own);
    const words =
      'onboard --non-interactive --accept-risk --mode local --auth-choice custom-api-key --custom-base-url https://models.example.com/v1 --custom-model-id m --custom-provider-id own --custom-api-key sk-own-0123456789abcdef --gateway-auth token --gateway-token own-gateway-0123456789 --gateway-bind lan --skip-daemon --skip-health --skip-channels --skip-skills --json';
    const environment = { PATH: process.env['PATH'], HOME: own };
    await run(join(repositoryRoot, 'node_modules/.bin/node'), [program, ...words.split(' ')], { env: environment });
    const workspace = join(own, '.openclaw/workspace');
    await writeFile(join(workspace, 'MEMORY.md'), 'The parrot of the house is called Kokoschka.\n');
    await mkdir(join(workspace, 'skills/sums'), { recursive: true });
    await writeFile(
      join(workspace, 'skills/sums/SKILL.md'),
      '---\nname: sums\ndescription: Adds up.\n---\nSums: 42.\n',
    );
    await writeFile(join(workspace, 'skills/sums/add.sh'), 'echo "made $(($1 + $2))"\n');
    const adopted = await place.cli('adopt', join(own, '.openclaw'), '--name', 'real', '--model', 'rehearsal/adopted');
    expect(adopted, adopted.stderr).toMatchObject({ status: 0 });
    expect((await credentials()).map(({ name }) => name)).toContain('real-own');
    const work = join(place.folder, 'work');
    await mkdir(work);
    const question = ['--message', 'What is the parrot called?', '--json', '--end'];
    const said = await place.cli('chat', 'real', '--dir', work, ...question);
    const last = said.stdout.trimEnd().split('\n').at(-1) ?? '';
    expect(JSON.parse(last === '' ? `"${said.stderr}"` : last)).toMatchObject({
      ok: true,
      text: 'The parrot is called Kokoschka; the skill says nothing, and made nothing.',
    });
    expect(await place.cli('agent', 'release', 'real', 'sums')).toMatchObject({ status: 0 });
    const taught = await place.cli('chat', 'real', '--dir', work, ...question);
    expect(JSON.parse(taught.stdout.trimEnd().split('\n').at(-1) ?? ''), taught.stderr).toMatchObject({
      text: 'The parrot is called Kokoschka; the skill says 42, and made 5.',
    });
    expect(printed(await place.cli('adopt', '--undo', 'real', '--json'))).toMatchObject({ credentials: ['real-own'] });
  });
});
