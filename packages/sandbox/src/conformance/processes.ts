import { stat } from 'node:fs/promises';
import { type SandboxDriverName, sandboxDrivers } from '@clawhold/spec';
import { scale, verifies } from '@clawhold/testkit';
import { describe, expect, test } from 'vitest';
import { membersOf, survivorsOf } from './namespace-members.ts';
import { type ConformanceSubject, prepare, scene, shell } from './subject.ts';

const [timerCreate, timerSet] = process.arch === 'arm64' ? [107, 110] : [222, 223];

/** Writes ticks, and orders a SIGCONT for itself every 5 ms, by every timer there is. */
const wakingItself = `
  use Time::HiRes qw(setitimer ITIMER_REAL);
  $SIG{ALRM} = $SIG{CONT} = sub {};
  setitimer(ITIMER_REAL, 0.005, 0.005);
  $event = pack("Q l l x48", 0, 18, 0); $timer = pack("l", 0); $every = pack("q4", 0, 5000000, 0, 5000000);
  syscall(${timerCreate}, 0, $event, $timer);
  syscall(${timerSet}, unpack("l", $timer), 0, $every, 0);
  open F, ">>", "/task/ticks"; select F; $| = 1;
  while (1) { print "x"; select undef, undef, undef, 0.001 }`;

/** Processes of a sandbox among themselves, and their first one. */
export function testProcesses(subject: ConformanceSubject, engine: SandboxDriverName): void {
  describe('processes', () => {
    test(verifies('sandbox.processes-hidden', 'only its own processes are visible'), async () => {
      const { sh } = await scene(subject);
      const pids = (await sh('ls /proc | grep -E "^[0-9]+$"')).split('\n').map(Number);
      expect(pids[0]).toBe(1);
      expect(pids.length).toBeLessThan(6);
      expect(await sh(`kill -0 ${process.pid} || echo refused`)).toContain('refused');
    });

    test(
      verifies('sandbox.first-process-protected', 'the first process cannot be traced, read, limited or ended'),
      async () => {
        const { sh, sandbox } = await scene(subject);
        for (const name of ['mem', 'environ', 'maps', 'fd/4', 'root/etc', 'cwd/.', 'fdinfo/4', 'syscall', 'stack'])
          expect(await sh(`cat /proc/1/${name} >/dev/null || echo refused`)).toContain('refused');
        expect(await sh('ls /proc/1/fd || echo refused')).toContain('refused');
        expect(await sh('echo frame > /proc/1/fd/4 || echo refused')).toContain('refused');
        await sh('for signal in 1 2 3 6 9 10 11 15 17 18 19 20; do kill -$signal 1; done');
        await sh('prlimit --pid 1 --nofile=3:3');
        await sh('kill -9 -1');
        expect(await sh('echo alive')).toBe('alive');
        expect((await sandbox.usage()).state).toBe('running');
      },
    );

    test(verifies('sandbox.no-descriptors', 'a command has its three streams and nothing else'), async () => {
      const { sandbox } = await scene(subject, { listeners: [{ name: 'proxy', address: '0.0.0.0', port: 80 }] });
      const script =
        'opendir(D, "/proc/self/fd"); print join(" ", map { "$_=" . readlink("/proc/self/fd/$_") } grep { /\\d/ && $_ != fileno(D) } readdir D)';
      const { stdout } = await sandbox.run({ arguments: ['perl', '-e', script] });
      expect(
        Buffer.from(stdout)
          .toString()
          .split(' ')
          .map((entry) => entry.replace(/\d+]$/, '')),
      ).toEqual(['0=pipe:[', '1=pipe:[', '2=pipe:[']);
    });

    test(verifies('sandbox.environment-cleared', 'the environment holds what was given and nothing else'), async () => {
      process.env['CLAWHOLD_TEST_SECRET'] = 'secret';
      const { sandbox } = await scene(subject, { environment: { PATH: '/usr/bin', ONE: '1', TWO: '2' } });
      delete process.env['CLAWHOLD_TEST_SECRET'];
      const { stdout } = await sandbox.run({ arguments: ['env'], environment: { TWO: 'own' } });
      expect(Buffer.from(stdout).toString().trim().split('\n').toSorted()).toEqual([
        'ONE=1',
        'PATH=/usr/bin',
        'TWO=own',
      ]);
    });

    test(verifies('sandbox.process-limit', 'a fork bomb meets the limit and the sandbox survives'), async () => {
      const { sandbox } = await scene(subject);
      const running = sandbox.execute({
        arguments: [
          'perl',
          '-e',
          'my $made = 0; while (1) { my $p = fork(); if (!defined $p) { print "$made\\n"; last } if (!$p) { sleep 1000 } $made++ }',
        ],
      });
      let output = '';
      for await (const { bytes } of running) output += Buffer.from(bytes).toString();
      expect(Number(output)).toBeGreaterThan(10);
      expect(Number(output)).toBeLessThanOrEqual(64);
      await sandbox.run({ arguments: ['perl', '-e', 'kill 9, -1'] }).catch(() => undefined);
      await sandbox.freeze();
      await sandbox.thaw();
      expect((await sandbox.usage()).state).toBe('running');
    });

    test(verifies('sandbox.priority', 'no program goes before those of other sandboxes or of the host'), async () => {
      const { sandbox, sh } = await scene(subject);
      const { cgroup, limits } = sandbox.attestation;
      // Where a control group shares the processors, it does; where none does, everything inside goes last.
      if (!cgroup.processors) expect(limits.nice).toBeGreaterThanOrEqual(10);
      expect(await sh('nice')).toBe(String(limits.nice));
      expect(await sh('nice -n -1 nice')).toMatch(new RegExp(`Permission denied\\n${limits.nice}$`));
      expect(await sh('renice -n -20 $$ && echo better || echo refused')).toContain('refused');
      for (const attempt of ['chrt --fifo 1', 'chrt --rr 1', 'ionice -c 1'])
        expect((await sh(`${attempt} echo better || echo refused`)).split('\n')).toEqual([
          expect.stringContaining('ermi'),
          'refused',
        ]);
      const own = await sh('grep -E "nice|realtime priority" /proc/self/limits');
      expect(own.match(/\d+/g)).toEqual(['0', '0', '0', '0']);
    });

    test(verifies('sandbox.memory-limit', 'a program that takes too much memory is ended or refused'), async () => {
      const { sandbox, sh } = await scene(subject, {
        limits: { memoryBytes: 128 * 1024 ** 2, processes: 64, openFiles: 256, temporaryBytes: 16 * 1024 ** 2 },
      });
      const { end } = await sandbox.run({
        arguments: ['perl', '-e', '$x = "a" x (1 << 20); push @l, $x . $_ for 1 .. 900; print "got it"'],
      });
      expect(end).not.toEqual({ kind: 'exited', status: 0 });
      expect(await sh('echo alive')).toBe('alive');
    });

    test(verifies('sandbox.temporary-limit', 'temporary files have a limit'), async () => {
      const { sh } = await scene(subject);
      expect(await sh('head -c 64M /dev/zero > /tmp/big || echo full')).toContain('full');
      expect(await sh('head -c 64M /dev/zero > /dev/shm/big || echo full')).toContain('full');
    });

    test(
      verifies('sandbox.freeze', 'a frozen sandbox stands still, even while it forks, and goes on afterwards'),
      async () => {
        const { sandbox, request } = await scene(subject);
        const running = sandbox.execute({
          arguments: ['sh', '-c', 'while :; do (echo x >> /task/ticks; sleep 0.001) & (sleep 0.002 &) ; wait; done'],
        });
        const ticks = `${request.storage}/view/upper/ticks`;
        const size = async (): Promise<number> => (await stat(ticks).catch(() => ({ size: 0 }))).size;
        for (let round = 0; round < scale(10); round++) {
          const before = await size();
          while ((await size()) <= before) await new Promise((resolve) => setTimeout(resolve, 2));
          await sandbox.freeze();
          const frozen = await size();
          await new Promise((resolve) => setTimeout(resolve, 30));
          expect(await size()).toBe(frozen);
          await sandbox.thaw();
        }
        running.kill();
      },
    );

    test(verifies('sandbox.freeze', 'no signal ordered beforehand wakes a frozen process'), async () => {
      const { sandbox, request } = await scene(subject);
      const running = sandbox.execute({
        arguments: ['perl', '-e', wakingItself],
      });
      const size = async (): Promise<number> =>
        (await stat(`${request.storage}/view/upper/ticks`).catch(() => ({ size: 0 }))).size;
      while ((await size()) === 0) await new Promise((resolve) => setTimeout(resolve, 2));
      await sandbox.freeze();
      const frozen = await size();
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(await size()).toBe(frozen);
      running.kill();
      await sandbox.thaw();
    });

    test(
      verifies('sandbox.kill', 'kill leaves no process and no network namespace behind, frozen or not'),
      async () => {
        for (const frozen of [false, true]) {
          const request = await prepare(subject, { listeners: [{ name: 'proxy', address: '0.0.0.0', port: 80 }] });
          const sandbox = await subject.driver().start(request);
          await shell(sandbox, '(setsid sleep 1000 &) ; (trap "" HUP TERM INT; sleep 1000) & exit');
          if (frozen) await sandbox.freeze();
          const { net, pid } = sandbox.attestation.namespaces;
          const inside = await membersOf('pid', pid);
          // Two sleeps and the first process; of a machine only itself. An engine beside them has the network, and must go as well.
          expect(inside).toHaveLength(sandboxDrivers[engine].ownKernel ? 1 : 3);
          const members = [...inside, ...(await membersOf('net', net))];
          expect(members.length).toBeGreaterThanOrEqual(2 * inside.length);
          await sandbox.kill();
          expect(await survivorsOf(members)).toEqual([]);
          await expect(sandbox.closed).resolves.toEqual({ cause: 'it was ended', reason: 'other' });
          await expect(sandbox.run({ arguments: ['true'] })).rejects.toMatchObject({ code: 'sandbox_not_running' });
        }
      },
    );
  });
}
