import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ClawholdError, type SandboxDriverName, sandboxDrivers } from '@clawhold/spec';
import { engineFolders, findEngine } from '@clawhold/spec/sandbox-drivers';
import { guestKernel, launcherBinary, ordinaryUser, repositoryRoot, scale, verifies } from '@clawhold/testkit';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { membersOf, type NamespaceMember, survivorsOf } from './conformance/namespace-members.ts';
import { type ConformanceSubject, prepare } from './conformance/subject.ts';
import type { LauncherDriver } from './launcher/driver.ts';
import { spawnLauncher } from './launcher/spawn.ts';
import type { Sandbox } from './sandbox.ts';

const isRoot = process.getuid?.() === 0;
const user = await ordinaryUser();
const binary = await launcherBinary();

interface EngineSubject extends ConformanceSubject {
  driver(): LauncherDriver;
}

async function subjectOf(engine: SandboxDriverName, through: readonly string[] = []): Promise<EngineSubject> {
  const kernel = engine === 'microvm' ? { guestKernel: await guestKernel() } : {};
  const driver = await spawnLauncher({ binary, engine, through, ...kernel });
  onTestFinished(() => driver.close());
  const owner = isRoot ? { uid: 0, gid: 0 } : user;
  return { name: engine, tier: isRoot ? 'sandboxed' : 'same-user', owner, driver: () => driver };
}

/** What shares the network of a sandbox without being in it: its engine. */
async function enginesOf({ attestation }: Sandbox): Promise<NamespaceMember[]> {
  const inside = await membersOf('pid', attestation.namespaces['pid']);
  const around = await membersOf('net', attestation.namespaces['net']);
  const engines = around.filter(({ process }) => !inside.some((member) => member.process === process));
  expect(engines.length).toBeGreaterThan(0);
  return engines;
}

const source = readFileSync(join(repositoryRoot, 'native/launcher/src/container/engine.c'), 'utf8');

test(
  verifies(
    'sandbox-drivers.choice',
    'the launcher knows the engines of the declaration, and looks for them where it says',
  ),
  () => {
    const known = [...source.matchAll(/^ {4}\{"([\w-]+)", "([\w-]+)", "([\w.-]+)",/gm)].map(
      ([, name, program, debian]) => [name, program, debian],
    );
    const declared = Object.entries(sandboxDrivers).filter(([, { program }]) => program !== null);
    expect(known).toEqual(declared.map(([name, driver]) => [name, driver.program, driver.package]));
    expect(/"PATH", "([^"]*)"/.exec(source)?.[1]).toBe(engineFolders.join(':'));
  },
);

test(verifies('sandbox-drivers.abilities', 'docs/sandbox-drivers.md says what the declaration says'), () => {
  const page = readFileSync(join(repositoryRoot, 'docs/sandbox-drivers.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` \| (\S+) \| (.+?) \| (\w+) \| (\w+) \|$/gm)].map((row) => row.slice(1));
  expect(rows).toEqual(
    Object.entries(sandboxDrivers).map(([name, driver]) => [
      name,
      driver.program === null ? '–' : `\`${driver.program}\``,
      driver.package === null ? '–' : `\`apt-get install ${driver.package}\``,
      driver.renewal ? 'yes' : 'no',
      driver.pathCopies ? 'yes' : 'no',
    ]),
  );
});

// A machine with an imitated processor takes long; how its QEMU fails, microvm/taken-over.test.ts says.
const machines = scale(1) > 1 ? (['microvm'] as const) : [];

for (const engine of ['bubblewrap', 'crun', 'podman', 'docker', ...machines] as const) {
  const program = findEngine(engine) ?? undefined;
  describe.skipIf(program === undefined)(engine, () => {
    test(verifies('sandbox-drivers.rights', "the engine is the sandbox's own user, on the host too"), async () => {
      const subject = await subjectOf(engine);
      await using sandbox = await subject.driver().start(await prepare(subject));
      const { hostUser } = sandbox.attestation;
      const engines = await enginesOf(sandbox);
      const users = engines.map(({ process }) => {
        // Podman itself ends when its container runs.
        const status = existsSync(`/proc/${process}`) ? readFileSync(`/proc/${process}/status`, 'utf8') : '';
        return /^Uid:\s+(.*)$/m.exec(status)?.[1];
      });
      expect(new Set(users.filter((ids) => ids !== undefined))).toEqual(new Set([Array(4).fill(hostUser).join('\t')]));
      if (isRoot) expect(hostUser).toBeGreaterThan(65_535);
    });

    test(verifies('sandbox-drivers.end', 'an engine that is killed takes its sandbox along'), async () => {
      const subject = await subjectOf(engine);
      const sandbox = await subject.driver().start(await prepare(subject));
      sandbox.execute({ arguments: ['sh', '-c', 'trap "" TERM HUP; setsid sleep 1000 & sleep 1000'] });
      const inside = await membersOf('pid', sandbox.attestation.namespaces['pid']);
      const engines = await enginesOf(sandbox);
      const [eldest] = engines.toSorted((one, other) => Number(one.started) - Number(other.started));
      process.kill(Number(eldest?.process), 'SIGKILL');
      expect((await sandbox.closed).reason).toBe('other');
      expect(await survivorsOf(inside)).toEqual([]);
      await vi.waitUntil(async () => (await survivorsOf(engines)).length === 0, { timeout: 60_000 });
    });

    test(verifies('sandbox-drivers.end', 'a launcher that is killed leaves nothing of an engine'), async () => {
      const subject = await subjectOf(engine);
      const sandbox = await subject.driver().start(await prepare(subject));
      sandbox.execute({ arguments: ['sh', '-c', 'trap "" TERM HUP; setsid sleep 1000 & sleep 1000'] });
      const all = await membersOf('net', sandbox.attestation.namespaces['net']);
      process.kill(subject.driver().hello.process, 'SIGKILL');
      await sandbox.closed;
      await vi.waitUntil(async () => (await survivorsOf(all)).length === 0, { timeout: 60_000 });
      expect(await membersOf('net', sandbox.attestation.namespaces['net'])).toEqual([]);
    });

    test.runIf(isRoot && engine !== 'microvm')(
      verifies('sandbox-drivers.choice', 'an engine that cannot be run, or does nothing, is a sentence'),
      async () => {
        const instead = (other: string): string[] => [
          'unshare',
          '--mount',
          'sh',
          '-c',
          `mount --bind ${other} ${program} && exec "$@"`,
          'sh',
        ];
        const refusal = async (other: string): Promise<unknown> => {
          const subject = await subjectOf(engine, instead(other));
          return subject
            .driver()
            .start(await prepare(subject))
            .catch((error: unknown) => error);
        };
        const missing = await refusal('/dev/null');
        expect(missing).toBeInstanceOf(ClawholdError);
        expect(missing).toMatchObject({
          code: 'sandbox_engine_missing',
          message: `The program ${basename(program ?? '')} could not be run: Permission denied.`,
          hint: expect.stringContaining(`apt-get install ${sandboxDrivers[engine].package}`),
        });
        expect(await refusal('/bin/false')).toMatchObject({
          code: 'sandbox_engine_failed',
          message: `${engine} could not make the sandbox: it ended with status 1.`,
        });
      },
    );
  });
}
