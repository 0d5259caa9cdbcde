import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { chmod, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { launcherBinary, ordinaryUser, temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { membersOf, survivorsOf } from '../conformance/namespace-members.ts';
import { prepare } from '../conformance/subject.ts';
import { attachLauncher } from './attach.ts';
import type { SupervisorFacts } from './testing/supervisor.ts';

const root = process.getuid?.() === 0;
const user = await ordinaryUser();

/** The launcher as the parent of a supervisor, with a start document on descriptor 3. */
async function startPair(): Promise<{ launcher: ChildProcess; facts: SupervisorFacts }> {
  const binary = join(await temporaryFolder({ mode: 0o755 }), 'launcher');
  await copyFile(await launcherBinary(), binary);
  await chmod(binary, 0o755);
  const subject = { name: 'attached', tier: 'sandboxed', owner: root ? { uid: 0, gid: 0 } : user } as const;
  const request = await prepare(
    // The supervisor has the driver, not this process.
    { ...subject, driver: () => Promise.reject(new Error('unused')) as never },
    { listeners: [{ name: 'proxy', address: '0.0.0.0', port: 80 }] },
  );
  const account = root ? ['--child-uid', String(user.uid), '--child-gid', String(user.gid)] : [];
  const supervisor = join(import.meta.dirname, 'testing/supervisor.ts');
  const launcher = spawn(binary, ['serve', ...account, '--', process.execPath, supervisor], {
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  onTestFinished(() => void launcher.kill('SIGKILL'));
  const document = launcher.stdio[3];
  if (!(document instanceof Writable) || launcher.stdout === null) throw new Error('the launcher did not start');
  document.end(JSON.stringify(request));
  const [line] = (await once(launcher.stdout, 'data')) as [Buffer];
  // Written by testing/supervisor.ts.
  return { launcher, facts: JSON.parse(line.toString()) as SupervisorFacts };
}

function commandOf(process: string): string {
  try {
    return readFileSync(`/proc/${process}/cmdline`, 'latin1').split('\0').join(' ').trim();
  } catch {
    return '';
  }
}

const exists = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test(
  verifies('sandbox.supervisor-unprivileged', 'the supervisor runs in its account, without any privilege'),
  async () => {
    const { facts, launcher } = await startPair();
    const uid = root ? user.uid : process.getuid?.();
    expect(facts).toMatchObject({
      uid: [uid, uid, uid, uid].join('\t'),
      noNewPrivileges: '1',
      descriptor: 'unset',
      served: 'served',
    });
    if (root)
      expect(facts).toMatchObject({ groups: '', capabilities: Array.from({ length: 5 }, () => '0'.repeat(16)) });
    const members = await membersOf('pid', facts.pidNamespace);
    expect(members).not.toEqual([]);
    launcher.kill('SIGTERM');
    expect(await once(launcher, 'exit')).toEqual([7, null]);
    expect(await survivorsOf(members)).toEqual([]);
  },
);

test(
  verifies('sandbox.ends-with-supervisor', 'a supervisor that is killed takes launcher and sandboxes along'),
  async () => {
    const { facts, launcher } = await startPair();
    const members = await membersOf('pid', facts.pidNamespace);
    expect(members).not.toEqual([]);
    process.kill(facts.pid, 'SIGKILL');
    expect(await once(launcher, 'exit')).toEqual([137, null]);
    expect(await survivorsOf(members)).toEqual([]);
  },
);

test(verifies('sandbox.drift', 'a supervisor that is stopped has no sandbox any more'), async () => {
  const { facts, launcher } = await startPair();
  const members = await membersOf('pid', facts.pidNamespace);
  expect(members).not.toEqual([]);
  process.kill(facts.pid, 'SIGSTOP');
  while ((await survivorsOf(members)).length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  process.kill(facts.pid, 'SIGCONT');
  launcher.kill('SIGTERM');
  expect(await once(launcher, 'exit')).toEqual([7, null]);
});

test.runIf(root)(
  verifies('sandbox.timeout', 'a command ends in its time also when its supervisor does nothing any more'),
  async () => {
    const { facts, launcher } = await startPair();
    const group = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'].find((tree) => existsSync(`${tree}/cgroup.procs`));
    const frozen = `${group}/frozen-supervisor-${facts.pid}`;
    mkdirSync(frozen);
    onTestFinished(async () => {
      writeFileSync(`${frozen}/cgroup.freeze`, '0'); // what is frozen does not notice that its launcher is gone
      launcher.kill('SIGKILL');
      await vi.waitFor(() => rmdirSync(frozen), { timeout: 60_000 });
    });
    writeFileSync(`${frozen}/cgroup.procs`, String(facts.pid));
    // By the freezer, of which nobody is told: a signal would end the sandbox.
    writeFileSync(`${frozen}/cgroup.freeze`, '1');
    const commands = async (): Promise<readonly string[]> => {
      const members = await membersOf('pid', facts.pidNamespace);
      return members.map(({ process: member }) => commandOf(member)).filter((command) => command.startsWith('sleep'));
    };
    while ((await commands()).includes('sleep 1001')) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await commands()).toEqual(['sleep 1000']);
    writeFileSync(`${frozen}/cgroup.freeze`, '0');
  },
);

test(
  verifies('sandbox.ends-with-launcher', 'a launcher that is killed takes supervisor and sandboxes along'),
  async () => {
    const { facts, launcher } = await startPair();
    const members = await membersOf('pid', facts.pidNamespace);
    expect(members).not.toEqual([]);
    launcher.kill('SIGKILL');
    while (exists(facts.pid) || (await survivorsOf(members)).length > 0)
      await new Promise((resolve) => setTimeout(resolve, 5));
  },
);

test('a process without a launcher is told how to get one', () => {
  expect(() => attachLauncher()).toThrow(/not started by the launcher/);
});
