import { spawn } from 'node:child_process';
import { chmod, chown, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createRecipe, installedHarnesses, recipeOf } from '@clawhold/harness/installation';
import { ordinaryUser, temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { install } from './install.ts';
import { findNpm } from './npm-settings.ts';
import { startRegistry, type TestRegistry } from './testing/registry.ts';

vi.setConfig({ testTimeout: 60_000 });

const program = `@anthropic-ai/claude-code-linux-${process.arch}`;
const isRoot = process.getuid?.() === 0;

/** A home as the manager makes it, and a registry that `npm` asks. */
async function scene(): Promise<{ readonly home: string; readonly registry: TestRegistry; readonly witness: string }> {
  const folder = await temporaryFolder({ mode: 0o711 });
  const home = join(folder, 'home');
  await mkdir(join(home, 'installed'), { recursive: true });
  await mkdir(join(home, 'installer'), { mode: 0o700 });
  await chmod(home, 0o700); // only root passes
  if (isRoot) {
    const { uid, gid } = await ordinaryUser();
    await chown(join(home, 'installer'), uid, gid);
  }
  const registry = await startRegistry(join(folder, 'registry'), program, { claude: '#!/bin/sh\necho hello\n' });
  onTestFinished(() => {
    registry.server.closeAllConnections();
    registry.server.close();
  });
  // An npm that tells who it is and goes on as itself.
  const witness = join(folder, 'witness');
  await mkdir(witness);
  await chmod(witness, 0o777);
  await mkdir(join(folder, 'bin'));
  const script = `#!/bin/sh\ngrep -E '^(Uid|CapEff|CapBnd|NoNewPrivs|Groups)' /proc/self/status > ${witness}/status\nenv > ${witness}/environment\nexec ${findNpm()} "$@"\n`;
  await writeFile(join(folder, 'bin/npm'), script, { mode: 0o755 });
  vi.stubEnv('PATH', `${join(folder, 'bin')}:${process.env['PATH']}`);
  vi.stubEnv('npm_config_registry', registry.url);
  vi.stubEnv('CLAWHOLD_KEY_TEST', 'not for npm');
  onTestFinished(() => void vi.unstubAllEnvs());
  return { home, registry, witness };
}

const recipe = ({ manifest, lock }: TestRegistry, integrity?: string) =>
  createRecipe('claude-code', manifest, lock(integrity));

test(
  verifies('agents.installed', 'what was pinned is installed once, no script runs, and nobody can change it'),
  async () => {
    const { home, registry, witness } = await scene();
    const wanted = recipe(registry);
    expect(await install(wanted, home, () => undefined)).toBe(true);
    const folder = join(home, 'installed', wanted.name);
    expect(await readFile(join(folder, wanted.program), 'utf8')).toContain('echo hello');
    expect(await readdir(join(folder, dirname(wanted.program)))).not.toContain('ran');
    const { mode, uid } = await stat(join(folder, wanted.program));
    expect(mode & 0o777).toBe(0o755);
    expect(uid).toBe(process.getuid?.());
    // What is left of the work is what was fetched.
    expect(await readdir(join(home, 'installer'))).toEqual(['cache']);
    expect(await readFile(join(witness, 'environment'), 'utf8')).not.toContain('not for npm');
    const asked = registry.asked.length;
    expect(await install(wanted, home, () => undefined)).toBe(false);
    expect(registry.asked).toHaveLength(asked);
  },
);

test.runIf(isRoot)(verifies('agents.installed', 'npm has no right of root, and can get none'), async () => {
  const { home, registry, witness } = await scene();
  await install(recipe(registry), home, () => undefined);
  const { uid } = await ordinaryUser();
  const status = await readFile(join(witness, 'status'), 'utf8');
  expect(status).toMatch(new RegExp(`^Uid:\\s+${uid}\\s+${uid}\\s+${uid}\\s+${uid}$`, 'm'));
  expect(status).toMatch(/^CapEff:\s+0+$/m);
  expect(status).toMatch(/^CapBnd:\s+0+$/m);
  expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
  expect(status).toMatch(/^Groups:\s*$/m);
});

test(verifies('agents.installed', 'a package with another digest than the pinned one is not installed'), async () => {
  const { home, registry } = await scene();
  const other = `sha512-${Buffer.alloc(64).toString('base64')}`;
  await expect(install(recipe(registry, other), home, () => undefined)).rejects.toMatchObject({
    code: 'input_agent_integrity',
  });
  expect(await readdir(join(home, 'installed'))).toEqual([]);
  expect(await readdir(join(home, 'installer'))).toEqual(['cache']);
});

test('a registry that nobody answers at is one clear sentence', async () => {
  const { home, registry } = await scene();
  registry.server.close();
  await expect(install(recipe(registry), home, () => undefined)).rejects.toMatchObject({
    code: 'host_registry_unreachable',
    message: 'The npm registry cannot be reached (ECONNREFUSED).',
  });
});

test(
  verifies('agents.installed', 'who is killed in the middle leaves nothing that works, and the next one goes on'),
  async () => {
    const { home, registry } = await scene();
    registry.stalls = true;
    const wanted = recipe(registry);
    const code = `import { install } from ${JSON.stringify(join(import.meta.dirname, 'install.ts'))};
await install(${JSON.stringify(wanted)}, ${JSON.stringify(home)}, () => undefined);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { env: process.env, stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await vi.waitUntil(() => registry.asked.some((path) => path.endsWith('.tgz')), { timeout: 40_000 });
    child.kill('SIGKILL');
    await ended;
    expect(await readdir(join(home, 'installed'))).toEqual([]);
    expect((await readdir(join(home, 'installer'))).some((name) => name.startsWith('attempt-'))).toBe(true);
    // npm went along: its connection is gone.
    const connections = () =>
      new Promise<number>((resolve) => registry.server.getConnections((_, count) => resolve(count)));
    await vi.waitUntil(async () => (await connections()) === 0, { timeout: 60_000 });
    registry.stalls = false;
    expect(await install(wanted, home, () => undefined)).toBe(true);
    expect(await readdir(join(home, 'installer'))).toEqual(['cache']);
  },
);

test.each(installedHarnesses)(
  verifies('agents.installed', 'every package of %s is pinned by its digest, and none by an address'),
  (harness) => {
    const { lock, version, name } = recipeOf(harness);
    // Our own lock.
    const { packages } = JSON.parse(lock) as { packages: Record<string, { integrity?: string; inBundle?: boolean }> };
    const { '': root, ...others } = packages;
    expect(root).toBeDefined();
    for (const [path, { integrity, inBundle }] of Object.entries(others))
      if (inBundle !== true) expect(integrity, path).toMatch(/^sha512-/);
    expect(lock).not.toContain('"resolved"');
    expect(name).toMatch(new RegExp(`^${harness}-${version.replaceAll('.', '\\.')}-[0-9a-f]{16}$`));
  },
);
