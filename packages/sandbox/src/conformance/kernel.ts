import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type SandboxDriverName, sandboxDrivers } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { describe, expect, test } from 'vitest';
import { type ConformanceSubject, scene } from './subject.ts';

/** A raw system call by number, as x86-64 and aarch64 number it; prints the error number, 0 when it worked. */
function systemCall(numbers: { x64: number; arm64: number }, ...args: (number | string)[]): string {
  const number = process.arch === 'arm64' ? numbers.arm64 : numbers.x64;
  // In variables, because perl writes into a text that it passes.
  return `perl -e '@a = (${args.join(', ')}); $r = syscall(${number}, @a); print $r == -1 ? $!+0 : 0'`;
}

const EPERM = '1';
const ENOSYS = '38';

/** What a sandbox may ask of the kernel. */
export function testKernel(subject: ConformanceSubject, engine: SandboxDriverName): void {
  describe('kernel', () => {
    test(verifies('sandbox.masked-proc', '/proc neither describes nor steers the machine'), async () => {
      const { sh, sandbox } = await scene(subject);
      const files = ['kcore', 'kmsg', 'keys', 'key-users', 'timer_list', 'kallsyms', 'sysrq-trigger', 'vmallocinfo'];
      // The device that holds nothing, or not in this kernel.
      for (const file of files) expect(await sh(`stat -c %t:%T /proc/${file} 2>/dev/null || echo 1:3`)).toBe('1:3');
      expect(await sh('ls -A /proc/acpi /proc/scsi 2>/dev/null | grep -v :')).toBe('');
      if (sandboxDrivers[engine].ownKernel) return;
      const sealed = sandbox.attestation.mounts.filter(({ flags }) => flags.includes('ro')).map(({ path }) => path);
      expect(sealed).toEqual(expect.arrayContaining(['/proc/sys', '/proc/bus', '/proc/fs', '/proc/irq']));
    });

    test(verifies('sandbox.no-host-root', 'no process has host uid 0, seen from outside'), async () => {
      const { sandbox } = await scene(subject);
      const running = sandbox.execute({ arguments: ['sleep', '60'] });
      const statuses = await statusesInNamespace(sandbox.attestation.namespaces['pid'] ?? 0, 2);
      expect(statuses.length).toBeGreaterThanOrEqual(1);
      for (const status of statuses) {
        const { hostUser } = sandbox.attestation;
        expect(status).toMatch(new RegExp(`^Uid:\t${hostUser}\t${hostUser}\t${hostUser}\t${hostUser}$`, 'm'));
        expect(hostUser).not.toBe(0);
      }
      running.kill();
    });

    test(verifies('sandbox.no-capabilities', 'every capability set is empty and stays so'), async () => {
      const { sh } = await scene(subject);
      const sets = await sh("grep -h '^Cap' /proc/self/status");
      expect(sets.split('\n')).toHaveLength(5);
      expect(sets).not.toMatch(/[1-9a-f]$/m);
      expect(await sh('chroot / true || echo refused')).toContain('refused');
      expect(await sh('hostname other || echo refused')).toContain('refused');
      expect(await sh(`perl -e '$) = "0 0"; $> = 0; print "$>"'`)).toBe('1000');
    });

    test(verifies('sandbox.no-new-privileges', 'no exec can add privileges'), async () => {
      const { sh } = await scene(subject);
      expect(await sh("grep NoNewPrivs /proc/self/status | tr -d '\\t'")).toBe('NoNewPrivs:1');
      expect(await sh('su -c id || sudo -n id || echo refused')).toContain('refused');
    });

    test(verifies('sandbox.no-namespaces', 'no namespace can be made or entered'), async () => {
      const { sh } = await scene(subject);
      for (const kind of ['-U', '-Ur', '-m', '-n', '-p', '-i', '-u', '-C', '-T'])
        expect(await sh(`unshare ${kind} true || echo refused`)).toContain('refused');
      expect(await sh('nsenter -t 1 -m true || echo refused')).toContain('refused');
      expect(await sh(systemCall({ x64: 56, arm64: 220 }, 0x1000_0011, 0, 0, 0, 0))).toBe(EPERM);
      expect(await sh(systemCall({ x64: 435, arm64: 435 }, 0, 0))).toBe(ENOSYS);
    });

    test(verifies('sandbox.no-mounts', 'nothing can be mounted, unmounted or pivoted'), async () => {
      const { sh } = await scene(subject);
      expect(await sh('mount -t tmpfs x /tmp || echo refused')).toContain('refused');
      expect(await sh('umount -l /proc || echo refused')).toContain('refused');
      expect(await sh(systemCall({ x64: 428, arm64: 428 }, -100, '"/"', 1))).toBe(EPERM);
      expect(await sh(systemCall({ x64: 430, arm64: 430 }, '"tmpfs"', 0))).toBe(EPERM);
    });

    test(verifies('sandbox.seccomp', 'calls that escapes are made of are refused'), async () => {
      const { sh } = await scene(subject);
      const calls = {
        ptrace: { x64: 101, arm64: 117 },
        process_vm_readv: { x64: 310, arm64: 270 },
        bpf: { x64: 321, arm64: 280 },
        perf_event_open: { x64: 298, arm64: 241 },
        userfaultfd: { x64: 323, arm64: 282 },
        keyctl: { x64: 250, arm64: 219 },
        io_uring_setup: { x64: 425, arm64: 425 },
        open_by_handle_at: { x64: 304, arm64: 265 },
        init_module: { x64: 175, arm64: 105 },
        kexec_load: { x64: 246, arm64: 104 },
        pidfd_getfd: { x64: 438, arm64: 438 },
      };
      for (const [name, numbers] of Object.entries(calls))
        expect(`${name} ${await sh(systemCall(numbers, 0, 0, 0, 0, 0))}`).toBe(`${name} ${EPERM}`);
      expect(await sh(systemCall({ x64: 135, arm64: 92 }, 0x004_0000))).toBe(EPERM);
      expect(await sh(systemCall({ x64: 16, arm64: 29 }, 0, 0x5412, 0))).toBe(EPERM);
      expect(await sh("grep '^Seccomp:' /proc/self/status | tr -d '\\t'")).toBe('Seccomp:2');
    });

    test.runIf(process.arch === 'x64')(
      verifies('sandbox.processors', 'a call in the numbering of 32-bit x86 ends the process'),
      async () => {
        const { sandbox, request } = await scene(subject);
        const program = join(request.taskFolder, 'foreign-call');
        const source = join(import.meta.dirname, 'foreign-call.c');
        execFileSync('cc', ['-O2', '-Wall', '-Werror', '-static', '-o', program, source]);
        await chmod(program, 0o755);
        const { end } = await sandbox.run({ arguments: ['./foreign-call'] });
        // A kernel without such calls knows no better than that the instruction is not allowed.
        const signal = spawnSync(program).status === 0 ? 'SIGSYS' : 'SIGSEGV';
        expect(end).toMatchObject({ kind: 'killed', signal });
      },
    );

    test.runIf(process.arch === 'x64')(
      verifies('sandbox.processors', 'a call in the x32 numbering ends the process'),
      async () => {
        const { sandbox } = await scene(subject);
        const { end } = await sandbox.run({ arguments: ['perl', '-e', 'syscall(0x40000000 + 39)'] });
        expect(end).toMatchObject({ kind: 'killed', signal: 'SIGSYS' });
      },
    );

    test.runIf(process.platform === 'linux')(
      verifies('sandbox.landlock', 'files of its own user outside the writable folders stay closed'),
      async () => {
        const { sh, sandbox } = await scene(subject);
        expect(sandbox.attestation.landlock).toBeGreaterThan(0);
        expect(await sh('echo x > /proc/self/comm || echo refused')).toContain('refused');
      },
    );

    test.runIf(process.platform === 'linux')(
      verifies(
        'sandbox.landlock-scopes',
        'signals and abstract sockets are tried in the self-test where Landlock can stop them',
      ),
      async () => {
        const { sandbox } = await scene(subject);
        const { landlock, probes } = sandbox.attestation;
        expect(probes.includes('landlock.signal')).toBe(landlock >= 6);
        expect(probes.includes('landlock.abstract-socket')).toBe(landlock >= 6);
      },
    );
  });
}

/** The status of each process of a pid namespace, once there are `count`, as the host sees it. */
async function statusesInNamespace(inode: number, count: number): Promise<string[]> {
  const statuses: string[] = [];
  for (let attempt = 0; attempt < 100 && statuses.length < count; attempt++) {
    statuses.length = 0;
    for (const name of await readdir('/proc')) {
      if (!/^[0-9]+$/.test(name)) continue;
      const namespace = await stat(`/proc/${name}/ns/pid`).catch(() => undefined);
      if (namespace?.ino === inode) statuses.push(await readFile(`/proc/${name}/status`, 'utf8').catch(() => ''));
    }
  }
  return statuses;
}
