import { execFile } from 'node:child_process';
import { chmod, lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { SandboxDriverName } from '@clawhold/spec';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import { describe, expect, test } from 'vitest';
import { type ConformanceSubject, prepare, scene, shell } from './subject.ts';

/**
 * What an OCI runtime puts there besides, as its specification asks: the terminal that nobody has, a link to what is not
 * there, and one to what is masked.
 */
const devicesOfEngine: Readonly<Record<SandboxDriverName, readonly string[]>> = {
  launcher: [],
  bubblewrap: [],
  crun: ['core', 'ptmx', 'tty'],
  runc: ['ptmx', 'tty'],
  podman: [],
  docker: [],
  microvm: [],
  kubernetes: [],
};

/** What a sandbox sees and can change of the host's files. */
export function testFiles(subject: ConformanceSubject, engine: SandboxDriverName): void {
  describe('files', () => {
    test(verifies('sandbox.no-host-files', 'the root holds what is on the list and nothing else'), async () => {
      const { sh } = await scene(subject);
      const names = (await sh('ls -A /')).split('\n').filter((name) => !/^(s?bin|lib(32|64|x32)?)$/.test(name));
      expect(names).toEqual(['dev', 'etc', 'home', 'opt', 'proc', 'run', 'task', 'tmp', 'usr', 'var']);
      expect(await sh('ls -A /home /run /opt /opt/node | tr "\\n" " "')).toBe(
        '/home:  /opt: node  /opt/node: bin  /run:',
      );
    });

    test(
      verifies('sandbox.no-host-files', 'secrets, homes, storage and the task folder have no path inside'),
      async () => {
        const { sh, request } = await scene(subject, {}, { 'a.txt': 'a' });
        const paths = ['/etc/shadow', '/etc/ssh', homedir(), '/var/lib', '/sys', '/boot', dirname(request.storage)];
        for (const path of [...paths, request.taskFolder, `${request.storage}/view`])
          expect(await sh(`ls -d '${path}' >/dev/null || echo gone`)).toContain('gone');
        expect(await sh('cat /proc/self/mountinfo')).not.toContain(request.taskFolder);
      },
    );

    test(verifies('sandbox.copy-on-write', 'changes are seen inside and do not touch the task folder'), async () => {
      const { sh, request } = await scene(
        subject,
        {},
        { 'kept.txt': 'kept', 'gone.txt': 'gone', 'sub/changed.txt': 'old' },
      );
      expect(await sh('rm gone.txt; echo new > sub/changed.txt; echo more > added.txt; ls; cat sub/changed.txt')).toBe(
        'added.txt\nkept.txt\nsub\nnew',
      );
      expect((await readdir(request.taskFolder)).toSorted()).toEqual(['gone.txt', 'kept.txt', 'sub']);
      expect(await readFile(join(request.taskFolder, 'sub/changed.txt'), 'utf8')).toBe('old');
      expect((await readdir(join(request.storage, 'view/upper'))).toSorted()).toEqual(['added.txt', 'gone.txt', 'sub']);
    });

    test(
      verifies('sandbox.copy-on-write', 'a later sandbox goes on with the changes, under another host id'),
      async () => {
        const first = await scene(subject, {}, { 'notes.txt': 'one' });
        await first.sh('echo two >> notes.txt; mkdir made; echo x > made/y; chmod 600 made/y');
        await first.sandbox.kill();
        const second = await subject.driver().start({ ...first.request, slot: first.request.slot + 7 });
        expect(await shell(second, 'echo three >> notes.txt; cat notes.txt made/y; echo z >> made/y && echo ok')).toBe(
          'onetwo\nthree\nx\nok',
        );
        await second.kill();
      },
    );

    test(verifies('sandbox.read-only-root', 'nothing outside of /task, /tmp and /dev/shm can be written'), async () => {
      const { sh } = await scene(subject);
      for (const folder of ['/', '/etc', '/usr/bin', '/opt/node/bin', '/dev', '/run', '/home', '/proc/sys/kernel'])
        expect(await sh(`touch ${folder}/x || echo refused`)).toContain('refused');
      for (const file of [
        '/etc/passwd',
        '/etc/hosts',
        '/opt/node/bin/node',
        '/proc/self/oom_score_adj',
        '/proc/sys/kernel/hostname',
      ])
        expect(await sh(`echo x >> ${file} || echo refused`)).toContain('refused');
      expect(await sh('touch /tmp/x /dev/shm/x x && echo written')).toBe('written');
    });

    test(
      verifies('sandbox.symlinks-stay-inside', 'links in the task folder lead to the sandbox, not to the host'),
      async () => {
        const outside = await temporaryFolder({ mode: 0o755 });
        await writeFile(join(outside, 'secret.txt'), 'secret', { mode: 0o644 });
        const request = await prepare(subject);
        await symlink(join(outside, 'secret.txt'), join(request.taskFolder, 'file'));
        await symlink(`../../../../..${outside}`, join(request.taskFolder, 'folder'));
        const sandbox = await subject.driver().start(request);
        expect(await shell(sandbox, 'cat file folder/secret.txt || echo nothing')).toContain('nothing');
        expect(await shell(sandbox, 'cat file folder/secret.txt')).not.toMatch(/^secret/m);
        await sandbox.kill();
      },
    );

    test(
      verifies('sandbox.no-devices', 'device nodes cannot be made, and those of the host are not there'),
      async () => {
        const { sh } = await scene(subject);
        expect(await sh('mknod /tmp/mem c 1 1 || mknod /task/disk b 8 0 || echo refused')).toContain('refused');
        const own = 'fd full null random shm stderr stdin stdout urandom zero';
        const expected = [...own.split(' '), ...devicesOfEngine[engine]].toSorted();
        expect((await sh('ls /dev')).split('\n')).toEqual(expected);
      },
    );

    test(verifies('sandbox.no-setuid', 'a set-user-id program gives nothing'), async () => {
      const request = await prepare(subject);
      await promisify(execFile)('cp', ['/usr/bin/id', join(request.taskFolder, 'id')]);
      await chmod(join(request.taskFolder, 'id'), 0o6755);
      const sandbox = await subject.driver().start(request);
      const real = await shell(sandbox, 'id -u; id -g');
      expect(await shell(sandbox, './id -u; ./id -g')).toBe(real);
      expect(await shell(sandbox, 'cp /usr/bin/id own; chmod 6755 own; ./own -u; ./own -g')).toBe(real);
      await sandbox.kill();
    });

    test(
      verifies('sandbox.storage-private', 'what an agent writes is closed to other accounts of the host'),
      async () => {
        const { sh, request } = await scene(subject);
        await sh('echo x > public.txt; chmod 777 public.txt');
        const view = await lstat(join(request.storage, 'view'));
        expect(view.mode & 0o777).toBe(0o700);
        expect((await lstat(join(request.storage, 'view/upper/public.txt'))).uid).not.toBe(0);
      },
    );

    test('read-only folders appear at their place and nowhere else', async () => {
      const tools = await temporaryFolder({ mode: 0o755 });
      await mkdir(join(tools, 'bin'));
      await writeFile(join(tools, 'bin/tool'), 'tool', { mode: 0o644 });
      const { sh } = await scene(subject, { readOnly: [{ source: tools, target: '/opt/clawhold' }] });
      expect(await sh('cat /opt/clawhold/bin/tool; echo; echo x > /opt/clawhold/bin/tool || echo refused')).toMatch(
        /^tool\n.*refused$/s,
      );
      const request = await prepare(subject, { readOnly: [{ source: tools, target: '/usr/bin' }] });
      await expect(subject.driver().start(request)).rejects.toMatchObject({ code: 'sandbox_target_refused' });
    });

    test('a task folder behind a link, or missing, is refused with its path', async () => {
      const request = await prepare(subject);
      const link = join(await temporaryFolder({ mode: 0o755 }), 'link');
      await symlink(request.taskFolder, link);
      for (const taskFolder of [link, join(request.taskFolder, 'missing')])
        await expect(subject.driver().start({ ...request, taskFolder })).rejects.toMatchObject({
          code: 'sandbox_folder_unreadable',
          message: expect.stringContaining(taskFolder),
        });
    });
  });
}
