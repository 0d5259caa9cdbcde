/**
 * The launcher's conformance suite on the kernel that Debian 12 ships (6.1: version 2 of Landlock), as root and as an
 * ordinary user, in a virtual machine. Only in test:long: its processor is imitated, and that takes a quarter of an hour.
 */
import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  compileProgram,
  launcherBinary,
  makeTemporaryFolder,
  programWorks,
  repositoryRoot,
  scale,
  verifies,
} from '@clawhold/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { makeDebianRoot, modulesFor } from './debian-root.ts';
import { packInitialFiles } from './initial-files.ts';
import { readConsole, runMachine } from './machine.ts';

const run = promisify(execFile);

const suite = 'packages/sandbox/src/launcher/conformance.test.ts';
const cache = 'node_modules/.cache/clawhold';

const megabyte = 1024 ** 2;
const patience = 60 * 60_000;

/** Why it cannot run here; undefined when it can. */
async function obstacle(): Promise<string | undefined> {
  if (scale(1) === 1) return 'only in npm run test:long';
  if (process.arch !== 'x64' || process.getuid?.() !== 0) return 'only as root on x86-64';
  const system = await readFile('/etc/os-release', 'utf8').catch(() => '');
  if (!/^ID=debian$/m.test(system) || !/^VERSION_ID="12"$/m.test(system))
    return 'only on Debian 12, whose packages it takes';
  if (programWorks('qemu-system-x86_64', '--version')) return undefined;
  const install = ['install', '-q', '-y', '--no-install-recommends', 'qemu-system-x86'];
  await run('apt-get', install, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).catch(() => undefined);
  return programWorks('qemu-system-x86_64', '--version')
    ? undefined
    : 'QEMU is not here: apt-get install qemu-system-x86';
}

/** This checkout with what it needs to run tests, as hard links. */
async function putCheckout(root: string): Promise<void> {
  const target = join(root, 'clawhold');
  await mkdir(join(target, cache), { recursive: true });
  const named = async (folder: string): Promise<readonly string[]> =>
    (await readdir(join(repositoryRoot, folder))).filter((name) => !name.startsWith('.') && name !== 'node_modules');
  for (const name of await named('.')) await run('cp', ['-al', join(repositoryRoot, name), target]);
  for (const name of await named('node_modules'))
    await run('cp', ['-al', join(repositoryRoot, 'node_modules', name), join(target, 'node_modules')]);
  for (const name of await readdir(join(repositoryRoot, cache)))
    if (/^(launcher\.json|clawhold-launcher-.*|[0-9a-f]{16})$/.test(name))
      await copyFile(join(repositoryRoot, cache, name), join(target, cache, name));
}

interface Report {
  readonly numTotalTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

async function readReport(disk: string): Promise<Report> {
  const text = await readFile(disk, 'utf8');
  return JSON.parse(text.slice(0, text.indexOf('\0'))) as Report; // vitest's own format
}

const why = await obstacle();

test.skipIf(why !== undefined)(
  verifies(
    'sandbox.older-kernel',
    `the whole suite holds on Debian 12's own kernel${why === undefined ? '' : ` (${why})`}`,
  ),
  { timeout: patience },
  async ({ signal }) => {
    await launcherBinary();
    const folder = await makeTemporaryFolder({ parent: join(repositoryRoot, 'node_modules/.cache') });
    onTestFinished(() => folder[Symbol.asyncDispose]());
    const [root, scratch] = [join(folder.path, 'root'), join(folder.path, 'scratch')];
    for (const path of [root, scratch]) await mkdir(path, { mode: 0o755 });
    const version = await makeDebianRoot(root, scratch);
    expect(version).toMatch(/^6\.1\./);
    await putCheckout(root);
    await cp(join(import.meta.dirname, 'guest.sh'), join(root, 'guest.sh'));
    await writeFile(join(root, 'tests'), `${suite}\n`);

    const place = (name: string): string => join(folder.path, name);
    const modules = await modulesFor(root, version, ['virtio_mmio', 'virtio_blk']);
    const contents = await Promise.all(modules.map((path) => readFile(path)));
    const names = contents.map((_, index) => `${index}.ko`);
    const init = await readFile(await compileProgram('tests/kernel/init.c'));
    const files = [
      { name: 'init', content: init },
      { name: 'modules', content: Buffer.from(names.map((name) => `/${name}\n`).join('')) },
      ...contents.map((content, index) => ({ name: `${index}.ko`, content })),
    ];
    await writeFile(place('initial-files'), packInitialFiles(files));
    for (const [name, size] of [
      ['disk', 6_144],
      ['report', 16],
    ] as const) {
      await using image = await open(place(name), 'w');
      await image.truncate(size * megabyte);
    }
    await run('mkfs.ext4', ['-q', '-F', '-E', 'root_owner=0:0', '-d', root, place('disk')]);
    await runMachine(
      {
        kernel: join(root, 'boot', `vmlinuz-${version}`),
        initialFiles: place('initial-files'),
        disks: [place('disk'), place('report')],
        console: place('console'),
        memoryMegabytes: 3_072,
      },
      signal,
    );

    const said = (await readConsole(place('console'))).join('\n');
    expect(said).toContain(`Linux debian ${version} `);
    expect(said).toContain('landlock 2');
    const report = await readReport(place('report'));
    const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
    expect(results.filter(({ status }) => status === 'failed')).toEqual([]);
    // Both accounts, and not a suite that found nothing to do.
    for (const account of ['as root', 'as an ordinary user'])
      expect(
        results.filter(({ fullName, status }) => fullName.includes(account) && status === 'passed').length,
      ).toBeGreaterThan(80);
  },
);
