import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ordinaryFiles } from '@clawhold/spec';
import {
  machineFolder,
  makeTemporaryFolder,
  ordinaryUser,
  repositoryRoot,
  temporaryFolder,
  verifies,
} from '@clawhold/testkit';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { type ConformanceSubject, prepare } from '../conformance/subject.ts';
import type { SandboxRequest } from '../sandbox.ts';
import { spawnLauncher } from './spawn.ts';
import { launcherVariant } from './testing/variant.ts';

/**
 * The self-test must bite: for each guard a launcher is built without it (a macro for tests, never a switch of the
 * product), and the start of a sandbox must be refused by the probe that this guard stops.
 */
const root = process.getuid?.() === 0;
const owner = await ordinaryUser();
const cache = await makeTemporaryFolder();
afterAll(() => cache[Symbol.asyncDispose]());

async function variant(defines: readonly string[]): Promise<ConformanceSubject> {
  const binary = await launcherVariant(defines, cache.path);
  const driver = await spawnLauncher({ binary });
  onTestFinished(() => driver.close());
  return { name: 'variant', tier: 'sandboxed', driver: () => driver, owner: root ? { uid: 0, gid: 0 } : owner };
}

/** Processes whose program lies in a folder. */
async function processesOf(folder: string): Promise<number> {
  const programs = (await readdir('/proc')).map((name) => readlink(`/proc/${name}/exe`).catch(() => ''));
  return (await Promise.all(programs)).filter((program) => program.startsWith(folder)).length;
}

async function startWithout(defines: readonly string[], wishes: Partial<SandboxRequest> = {}): Promise<string> {
  const subject = await variant(defines);
  return subject
    .driver()
    .start(await prepare(subject, wishes))
    .then(
      () => 'it started',
      (error: Error) => error.message,
    );
}

const guards: readonly [defines: string[], probe: string][] = [
  [['WITHOUT_SECCOMP'], 'kernel.seccomp'],
  // The kernel lets nobody without it into a Landlock domain.
  [['WITHOUT_NO_NEW_PRIVILEGES'], 'enter its Landlock domain'],
  [['WITHOUT_NO_NEW_PRIVILEGES', 'WITHOUT_LANDLOCK'], 'kernel.no-new-privileges'],
  [['WITHOUT_CAPABILITY_DROP'], 'kernel.capabilities'],
  // These two the kernel itself refuses: no /proc without a pid namespace, no uid 0 without CAP_SETFCAP.
  [['WITHOUT_PID_NAMESPACE'], "refused a /proc of the sandbox's own"],
  [['WITHOUT_HIDDEN_FIRST_PROCESS'], 'processes.first-process'],
  [['WITHOUT_ROOT', 'WITHOUT_LANDLOCK'], 'files.secrets'],
  [['WITHOUT_CLOSED_DESCRIPTORS'], 'files.descriptors'],
  [['WITHOUT_LANDLOCK'], 'landlock.file'],
  [['WITHOUT_LANDLOCK_SCOPES'], 'landlock.signal'],
  [['WITHOUT_NETWORK_NAMESPACE'], 'network.tcp'],
  [['WITH_IPV6'], 'network.ipv6'],
  ...(root
    ? ([
        [['WITH_HOST_ROOT'], 'could not get its id map'],
        [['WITH_OTHER_HOST_ID'], 'outside.identity'],
      ] satisfies [string[], string][])
    : []),
];

test.for(guards)(
  verifies('sandbox.self-test', 'without a guard (%s) the start is refused: %s'),
  { timeout: 60_000 },
  async ([defines, probe]) => {
    expect(await startWithout(defines)).toContain(probe);
    // A start that failed leaves no process behind but the launcher itself.
    while ((await processesOf(cache.path)) > 1) await new Promise((resolve) => setTimeout(resolve, 5));
  },
);

test.skipIf(machineFolder() === undefined)(
  verifies('sandbox.self-test', 'a list that is not kept is refused: what is not on it, and what must not be written'),
  {
    timeout: 60_000,
  },
  async () => {
    const folder = await temporaryFolder({ mode: 0o777, parent: machineFolder() });
    const listed = (...paths: readonly string[]): Partial<SandboxRequest> => ({
      files: { ...ordinaryFiles, view: 'listed', paths: paths.map((path) => ({ path, access: 'read' })) },
    });
    // With Landlock alone the list still holds (but in /etc, of which it knows the whole only), and with mounts alone too.
    expect(await startWithout(['WITHOUT_NARROWING'], listed('/etc/ssl/certs', '/usr/share'))).toBe('it started');
    expect(await startWithout(['WITHOUT_NARROWING', 'WITHOUT_LANDLOCK'], listed('/usr/share'))).toContain(
      'files.other-paths',
    );
    expect(await startWithout(['WITHOUT_READ_ONLY_PATHS'], listed('/usr', folder))).toBe('it started');
    const open = ['WITHOUT_READ_ONLY_PATHS', 'WITHOUT_LANDLOCK', 'WITHOUT_OWNERLESS_PATHS'];
    expect(await startWithout(open, listed('/usr', folder))).toContain('files.read-only-paths');
  },
);

test(verifies('sandbox.landlock-required', 'without Landlock one starts only where that was allowed, and says it'), {
  timeout: 60_000,
}, async () => {
  const subject = await variant(['WITH_LANDLOCK_VERSION=0']);
  const request = await prepare(subject, { files: { ...ordinaryFiles, strict: false } });
  const sandbox = await subject.driver().start(request);
  expect(sandbox.attestation).toMatchObject({ landlock: 0, files: { strict: false } });
  expect(sandbox.attestation.probes.filter((probe) => probe.startsWith('landlock.'))).toEqual([]);
});

const scopes = ['landlock.signal', 'landlock.abstract-socket'];

test.for([1, 2, 3, 4, 5])(
  verifies('sandbox.landlock-required', 'version %i is used as far as it goes, and reported'),
  { timeout: 60_000 },
  async (version) => {
    const subject = await variant([`WITH_LANDLOCK_VERSION=${version}`]);
    const sandbox = await subject.driver().start(await prepare(subject));
    const { landlock, probes } = sandbox.attestation;
    expect(landlock).toBe(version);
    expect(probes).toContain('landlock.file');
    expect(probes.filter((probe) => scopes.includes(probe))).toEqual([]);
  },
);

test(verifies('sandbox.landlock-required', 'without Landlock nothing starts'), { timeout: 60_000 }, async () => {
  expect(await startWithout(['WITH_LANDLOCK_VERSION=0'])).toContain('does not offer Landlock');
});

test(verifies('sandbox.self-test', 'the product is built without any of these macros'), async () => {
  const folder = join(repositoryRoot, 'native/launcher/src');
  const sources = (await readdir(folder, { recursive: true })).filter((name) => /\.[ch]$/.test(name));
  expect(sources.length).toBeGreaterThan(50);
  for (const name of sources) expect(await readFile(join(folder, name), 'utf8')).not.toMatch(/#define CLAWHOLD_TEST/);
  expect(await readFile(join(repositoryRoot, 'native/launcher/build.mjs'), 'utf8')).toContain('defines = []');
  expect(await readFile(join(repositoryRoot, 'scripts/bootstrap/launcher.mjs'), 'utf8')).not.toContain('defines');
});

test(verifies(
  'sandbox.hostile-first-process',
  'a first process that lies about a command of another sandbox ends its own',
), { timeout: 60_000 }, async () => {
  const subject = await variant(['WITH_HOSTILE_FIRST_PROCESS']);
  const [victim, liar] = [
    await subject.driver().start(await prepare(subject)),
    await subject.driver().start(await prepare(subject)),
  ];
  // The third thing that this driver asked for: the variant's first process claims that it ended.
  const running = victim.execute({ arguments: ['sh', '-c', 'read line; echo "$line"'], interactive: true });
  expect((await liar.run({ arguments: ['true'] })).end).toMatchObject({ kind: 'killed' });
  expect(await liar.closed).toEqual({ cause: 'its first process broke the protocol', reason: 'other' });
  expect((await victim.usage()).state).toBe('running');
  await running.write('still here\n');
  for await (const { bytes } of running) expect(Buffer.from(bytes).toString()).toBe('still here\n');
  expect(await running.end).toEqual({ kind: 'exited', status: 0 });
});
