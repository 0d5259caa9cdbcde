import { join } from 'node:path';
import { type SandboxDriverName, sandboxDrivers } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import type { RenewedView } from '../sandbox.ts';
import { type ConformanceSubject, type Scene, scene } from './subject.ts';

/** The task folder of a living sandbox goes to a checkpoint, and back. */
export function testRenewal(subject: ConformanceSubject, engine: SandboxDriverName): void {
  const renew = ({ sandbox, request }: Scene, view: Omit<RenewedView, 'pool'>): Promise<void> =>
    sandbox.renew({ pool: join(request.storage, 'view/layers'), ...view });

  if (!sandboxDrivers[engine].renewal) {
    test(verifies('sandbox-drivers.abilities', 'a driver that cannot renew says so, and changes nothing'), async () => {
      const own = await scene(subject, {}, { 'old.txt': 'old' });
      await own.sh('echo first >a.txt');
      await expect(renew(own, { names: ['1'], seal: '1' })).rejects.toMatchObject({
        code: 'sandbox_renewal_unsupported',
      });
      expect(await own.sh('cat a.txt old.txt; ls')).toBe('first\nolda.txt\nold.txt');
    });
    return;
  }

  test(verifies('files.checkpoint-live', 'a checkpoint loses no write, and leaves what is no file alone'), async () => {
    const own = await scene(subject, {}, { 'old.txt': 'old' });
    await own.sh('echo first >a.txt; rm old.txt; echo kept >/tmp/note');
    const before = own.sandbox.attestation.namespaces;
    await renew(own, { names: ['1'], seal: '1' });
    expect(await own.sh('cat a.txt; ls; cat /tmp/note')).toBe('first\na.txt\nkept');
    await own.sh('echo second >a.txt; mkdir -p deep/er; echo b >deep/er/b.txt; echo new >old.txt');
    await renew(own, { names: ['1'], seal: '2' });
    expect(await own.sh('cat a.txt; ls')).toBe('first\na.txt');
    await renew(own, { names: ['1', '2'], seal: null });
    expect(await own.sh('cat a.txt deep/er/b.txt old.txt; ls')).toBe('second\nb\nnew\na.txt\ndeep\nold.txt');
    await renew(own, { names: [], seal: null });
    expect(await own.sh('ls; cat old.txt')).toBe('old.txt\nold');
    expect(own.sandbox.attestation.namespaces).toEqual(before);
    expect((await own.sandbox.usage()).state).toBe('running');
  });

  test(
    verifies('files.checkpoint-live', 'a checkpoint is refused while a program runs, and nothing changes'),
    async () => {
      const own = await scene(subject);
      await own.sh('echo one >a.txt; (sleep 1000; echo lost) >open.txt 2>&1 <&- &');
      await expect(renew(own, { names: ['1'], seal: '1' })).rejects.toMatchObject({ code: 'sandbox_programs_running' });
      expect(await own.sh('echo two >>a.txt; cat a.txt; ls')).toBe('one\ntwo\na.txt\nopen.txt');
      await own.sh('kill $(pgrep sleep) && while pgrep sleep; do :; done');
      await renew(own, { names: ['1'], seal: '1' });
      expect(await own.sh('cat a.txt open.txt')).toMatch(/^one\ntwo\n(Terminated\n)?lost$/);
    },
  );

  test(verifies('files.checkpoint-confined', 'programs after a checkpoint are held like those before it'), async () => {
    const own = await scene(subject);
    const held =
      'grep -E "^(Cap|NoNewPrivs|Seccomp|Uid|Groups)" /proc/self/status; ulimit -a; touch /usr/x /x /etc/x; mount; stat -c "%n %A %U" /*';
    const before = await own.sh(held);
    await own.sh('echo 1 >a.txt');
    await renew(own, { names: ['1'], seal: '1' });
    const after = await own.sh(held);
    // Of mounts only the layers of the task folder differ.
    const withoutTask = (text: string): string =>
      text
        .split('\n')
        .filter((line) => !line.includes(' /task '))
        .join('\n');
    expect(withoutTask(after)).toBe(withoutTask(before));
    expect(await own.sh('mount | grep -c " /task "; chmod u+s a.txt 2>/dev/null; mknod n c 1 3; ls')).toMatch(
      /^1\n.*\na.txt$/s,
    );
  });
}
