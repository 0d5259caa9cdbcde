import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
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
import { plantedSecrets, writeOpenClawHome } from '../../apps/cli/src/adoption/testing/openclaw-home.ts';
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
const kept = (name: string): string => join(place.home, 'supervisor/agents', name);

describe('a folder with secrets everywhere', () => {
  test(verifies('adoption.whole', 'is adopted, taken back as if nothing had been, and adopted again'), async () => {
    const before = await fingerprint(source);
    for (const attempt of ['first', 'second']) {
      const adopted = await place.cli('adopt', source, '--name', 'mia', '--json');
      expect(adopted, `${attempt}: ${adopted.stderr}`).toMatchObject({ status: 0 });
      const memory = await readFile(join(kept('mia'), 'state/workspace/MEMORY.md'), 'utf8');
      expect(memory).toContain('is called Kokoschka');
      expect(memory).toContain('[a secret stood here: it is the credential mia-own now]');
      expect(await credentials()).toEqual([
        { name: 'mia-openai', hosts: ['api.openai.com'], agents: ['mia'] },
        { name: 'mia-own', hosts: ['models.example.com'], agents: ['mia'] },
        { name: 'mia-some-api-key', hosts: ['nowhere.invalid'], agents: ['mia'] },
      ]);
      expect((await place.cli('agents')).stdout).toMatch(/^mia\s+agents\/mia\.yaml/m);
      const twice = await place.cli('adopt', source, '--name', 'mia');
      expect(twice.stderr).toContain('There is an agent "mia" already.');
      const undone = await place.cli('adopt', '--undo', 'mia');
      expect(undone, undone.stderr).toMatchObject({ status: 0 });
      expect(await credentials()).toEqual([]);
      expect(existsSync(kept('mia'))).toBe(false);
      expect((await place.cli('agents')).stdout).not.toContain('mia');
      expect((await place.cli('adopt', '--undo', 'mia')).stderr).toContain('No agent "mia" was adopted.');
      expect(await readdir(join(place.home, 'adopting'))).toEqual([]);
    }
    expect(await fingerprint(source)).toBe(before);
  });

  test(verifies('adoption.secrets-moved', 'leaves no secret in anything that is kept, in no spelling'), async () => {
    expect(await place.cli('adopt', source, '--name', 'secretless')).toMatchObject({ status: 0 });
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
    expect(await place.cli('adopt', source, '--name', 'skilled')).toMatchObject({ status: 0 });
    const all = (await filesBelow(kept('skilled'))).map((path) => path.slice(kept('skilled').length + 1));
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
      text: 'The parrot is called Kokoschka.',
    });
    expect(printed(await place.cli('adopt', '--undo', 'real', '--json'))).toMatchObject({ credentials: ['real-own'] });
  });
});
