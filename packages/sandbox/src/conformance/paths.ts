import { chown, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ordinaryFiles, type SandboxDriverName, type SandboxFiles, sandboxDrivers } from '@clawhold/spec';
import { machineFolder, temporaryFolder, verifies } from '@clawhold/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { SandboxRequest } from '../sandbox.ts';
import { type ConformanceSubject, prepare, type Scene, scene } from './subject.ts';

const system = [{ path: '/usr', access: 'read' }] as const;

/** A folder of the machine that everyone may read and write, so that only the sandbox stands in between. */
async function openFolder({ owner }: ConformanceSubject): Promise<string> {
  const folder = await temporaryFolder({ mode: 0o777, parent: machineFolder() });
  await writeFile(join(folder, 'table.csv'), 'a,b\n', { mode: 0o666 });
  await mkdir(join(folder, 'sub'), { mode: 0o777 });
  for (const path of [folder, join(folder, 'table.csv'), join(folder, 'sub')]) await chown(path, owner.uid, owner.gid);
  return folder;
}

/** What the policy of a test lists, beside the programs that the test itself needs. */
function listing(wishes: Partial<SandboxFiles>): SandboxFiles {
  const paths = [...system, ...(wishes.paths ?? [])].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return { ...ordinaryFiles, view: 'listed', ...wishes, paths };
}

/** What a policy shows of the machine, and what nothing shows. */
export function testPaths(subject: ConformanceSubject, engine: SandboxDriverName): void {
  const copies = sandboxDrivers[engine].pathCopies;

  const shown = (files: Partial<SandboxFiles>, wishes: Partial<SandboxRequest> = {}): Promise<Scene> =>
    scene(subject, { ...wishes, files: listing(files) });
  const refused = async (files: Partial<SandboxFiles>, wishes: Partial<SandboxRequest> = {}): Promise<unknown> => {
    const request = await prepare(subject, { ...wishes, files: listing(files) });
    return subject
      .driver()
      .start(request)
      .then(
        (sandbox) => sandbox.kill().then(() => 'it started'),
        (error: Error) => `${Reflect.get(error, 'code')}: ${error.message}`,
      );
  };

  describe.skipIf(machineFolder() === undefined)('paths', () => {
    test(verifies('sandbox.path-lists', 'what is read-only is read at its own path, and not written'), async () => {
      const folder = await openFolder(subject);
      const { sh, sandbox } = await shown({ paths: [{ path: folder, access: 'read' }] });
      expect(await sh(`cat ${folder}/table.csv; ls ${folder}`)).toBe('a,b\nsub\ntable.csv');
      for (const attempt of [`>> ${folder}/table.csv`, `> ${folder}/new`, `> ${folder}/sub/new`])
        expect(await sh(`(echo x ${attempt}) || echo refused`)).toContain('refused');
      expect(
        await sh(`rm -rf ${folder}/sub || chmod 700 ${folder}/sub || mv ${folder}/sub /tmp || echo kept`),
      ).toContain('kept');
      expect(await readdir(folder)).toEqual(['sub', 'table.csv']);
      expect(sandbox.attestation.files).toEqual({
        listed: true,
        strict: true,
        task: 'write',
        masked: false,
        paths: expect.arrayContaining([
          { path: '/usr', state: 'system', writable: false },
          { path: folder, state: 'shown', writable: false },
        ]),
      });
      expect(sandbox.attestation.files.paths).toHaveLength(2);
      expect(sandbox.attestation.probes).toEqual(
        expect.arrayContaining(['files.read-only-paths', 'files.other-paths']),
      );
    });

    test(verifies('sandbox.path-lists', 'a single file is shown without its neighbours'), async () => {
      const folder = await openFolder(subject);
      await writeFile(join(folder, 'other.csv'), 'other', { mode: 0o666 });
      const path = join(folder, 'table.csv');
      const { sh } = await shown({ paths: [{ path, access: 'read' }] });
      expect(await sh(`cat ${path}`)).toBe('a,b');
      expect(await sh(`cat ${folder}/other.csv || echo x >> ${path} || echo refused`)).toContain('refused');
      expect(await readFile(path, 'utf8')).toBe('a,b\n');
    });

    test(verifies('sandbox.path-lists', 'what is not on the list is not there, of the system neither'), async () => {
      const unnamed = await openFolder(subject);
      const { sh } = await shown({ paths: [] });
      for (const path of [unnamed, '/etc/ssl/certs', '/etc/alternatives', '/etc/perl', '/var/lib', '/root', '/srv'])
        expect(await sh(`ls -A ${path} 2>/dev/null | wc -l`)).toBe('0');
      expect(
        await sh('cat /etc/passwd | head -1; head -c 0 /dev/urandom && ls /proc/self/fd >/dev/null && echo own'),
      ).toMatch(/^agent:.*\nown$/);
    });

    test(verifies('sandbox.path-lists', 'of the system a part can be shown without the rest'), async () => {
      const request = await prepare(subject, {
        files: {
          ...ordinaryFiles,
          view: 'listed',
          paths: ['/usr/bin', '/usr/lib', '/usr/lib64'].map((path) => ({ path, access: 'read' })),
        },
      });
      const sandbox = await subject.driver().start(request);
      onTestFinished(() => sandbox.kill());
      const { stdout } = await sandbox.run({ arguments: ['/usr/bin/sh', '-c', 'ls /usr/share 2>&1; echo still runs'] });
      expect(Buffer.from(stdout).toString()).toMatch(/(?:No such file|cannot).*\nstill runs/);
    });

    test.skipIf(copies)(
      verifies('sandbox-drivers.abilities', 'a driver that writes no copy refuses such a policy'),
      async () => {
        const folder = await openFolder(subject);
        expect(await refused({ paths: [{ path: folder, access: 'write' }] })).toBe(
          `sandbox_path_refused: The policy lets ${folder} be written, and of a virtual machine only the task folder can be.`,
        );
      },
    );

    test.runIf(copies)(
      verifies(
        'sandbox.path-copies',
        'what is written outside of the task folder is a copy that ends with the sandbox',
      ),
      async () => {
        const folder = await openFolder(subject);
        await writeFile(join(folder, 'gone.csv'), 'gone', { mode: 0o666 });
        await chown(join(folder, 'gone.csv'), subject.owner.uid, subject.owner.gid);
        const wishes = { paths: [{ path: folder, access: 'write' as const }] };
        const first = await shown(wishes);
        expect(
          await first.sh(
            `cd ${folder} && echo c,d >> table.csv && rm gone.csv && echo new > sub/new && cat table.csv sub/new && ls`,
          ),
        ).toBe('a,b\nc,d\nnew\nsub\ntable.csv');
        const copied = { path: folder, state: 'shown', writable: true };
        expect(first.sandbox.attestation.files.paths).toContainEqual(copied);
        const second = await shown(wishes);
        expect(await second.sh(`cat ${folder}/table.csv ${folder}/gone.csv`)).toBe('a,b\ngone');
        expect(await readFile(join(folder, 'table.csv'), 'utf8')).toBe('a,b\n');
        expect((await readdir(folder)).toSorted()).toEqual(['gone.csv', 'sub', 'table.csv']);
        expect(await readdir(join(first.request.storage, 'view/upper'))).toEqual([]);
      },
    );

    test.for(['/usr', '/usr/bin', '/usr/local/bin', '/etc', '/etc/alternatives'])(
      verifies('sandbox.path-copies', '%s is not to be written, in a copy neither: rules know programs by their paths'),
      async (path) => {
        const request = await prepare(subject, {
          files: { ...ordinaryFiles, view: 'listed', paths: [{ path, access: 'write' }], strict: false },
        });
        await expect(subject.driver().start(request)).rejects.toMatchObject({ code: 'sandbox_path_forbidden' });
      },
    );

    test(
      verifies('sandbox.path-strict', 'a link of /etc is left out, and its own copy of that file stays'),
      async () => {
        const { sh } = await shown({ paths: [{ path: '/etc/localtime', access: 'read' }], strict: false });
        expect(await sh('cat /etc/localtime | wc -c')).not.toBe('0');
      },
    );

    test.runIf(copies)(verifies('sandbox.path-copies', 'a copy is bounded, and a file alone has none'), async () => {
      const folder = await openFolder(subject);
      const { sh } = await shown({ paths: [{ path: folder, access: 'write' }] });
      expect(await sh(`head -c 40000000 /dev/zero > ${folder}/big; stat -c %s ${folder}/big`)).toMatch(/No space left/);
      expect(await refused({ paths: [{ path: join(folder, 'table.csv'), access: 'write' }] })).toMatch(
        /^sandbox_path_refused: .*table\.csv/,
      );
    });

    test.runIf(copies)(
      verifies('sandbox.path-lists', 'one path in another has the access that it says itself'),
      async () => {
        const folder = await openFolder(subject);
        const { sh } = await shown({
          paths: [
            { path: folder, access: 'read' },
            { path: join(folder, 'sub'), access: 'write' },
          ],
        });
        expect(
          await sh(`(echo x > ${folder}/x) || echo refused; echo y > ${folder}/sub/y && cat ${folder}/sub/y`),
        ).toMatch(/refused\ny$/);
        expect(await readdir(join(folder, 'sub'))).toEqual([]);
      },
    );

    test(
      verifies('sandbox.path-task', 'the task folder is hidden, or read, or written, as it is asked for'),
      async () => {
        const files = { 'a.txt': 'a' };
        const hidden = await scene(subject, { files: listing({ task: 'hidden' }) }, files);
        expect(await hidden.sh('pwd; cat a.txt || (echo x > /task/x) || echo refused')).toMatch(/^\/task\n.*refused$/s);
        const read = await scene(subject, { files: listing({ task: 'read' }) }, files);
        expect(await read.sh('cat a.txt; echo; (echo x > x) || echo x >> a.txt || rm a.txt || echo refused')).toMatch(
          /^a\n.*refused$/s,
        );
        expect(read.sandbox.attestation.files.task).toBe('read');
        const written = await scene(subject, { files: listing({ task: 'write' }) }, files);
        expect(await written.sh('echo b > b.txt && ls | tr "\\n" " "')).toBe('a.txt b.txt');
      },
    );

    test(
      verifies('sandbox.path-scratch', '/tmp and /dev/shm can be written only where the policy says so'),
      async () => {
        const { sh } = await shown({ scratch: [] });
        for (const folder of ['/tmp', '/dev/shm', '/var/tmp'])
          expect(await sh(`(echo x > ${folder}/x) || echo refused`)).toContain('refused');
        const one = await shown({ scratch: ['/tmp'] });
        expect(await one.sh('echo x > /tmp/x && cat /tmp/x; (echo x > /dev/shm/x) || echo refused')).toMatch(
          /^x\n.*refused$/s,
        );
      },
    );

    const odd: readonly [what: string, path: (folder: string) => Promise<string>, words: RegExp][] = [
      ['a path that is not there', async (folder) => join(folder, 'missing'), /is not there/],
      ['a path behind a file', async (folder) => join(folder, 'table.csv/x'), /is not there/],
      [
        'a link',
        async (folder) => {
          await symlink('/etc', join(folder, 'link'));
          return join(folder, 'link');
        },
        /leads through a symbolic link/,
      ],
      [
        'a path behind a link',
        async (folder) => {
          await symlink('/etc', join(folder, 'link'));
          return join(folder, 'link/alternatives');
        },
        /leads through a symbolic link/,
      ],
      ['a socket', boundSocket, /is not what can be shown/],
      ['a name with a line break', async (folder) => `${folder}/a\nb`, /is not there/],
    ];
    test.for(odd)(
      verifies(
        'sandbox.path-strict',
        '%s fails the start with a sentence; left out where the policy says so, and said',
      ),
      async ([, path, words]) => {
        const wish = { path: await path(await openFolder(subject)), access: 'read' as const };
        const said = await refused({ paths: [wish] });
        expect(said).toMatch(/^sandbox_path_refused: The policy shows /);
        expect(said).toMatch(words);
        const { sandbox, sh } = await shown({ paths: [wish], strict: false });
        const left = sandbox.attestation.files.paths.find(({ path: one }) => one === wish.path);
        expect(left).toMatchObject({ writable: false });
        expect(['missing', 'link', 'no-files']).toContain(left?.state);
        expect(await sh(`ls -d '${wish.path}' >/dev/null || echo gone`)).toContain('gone');
      },
    );

    test.for([
      '/proc/1/root',
      '/proc',
      '/sys/class',
      '/dev/tty',
      '/dev',
      '/run/docker.sock',
      '/var/run/docker.sock',
      '/tmp/x',
      '/var/tmp/x',
      '/task',
      '/task/sub',
      '/opt/node',
      '/opt/clawhold/tools',
      '/bin',
      '/',
      '/var',
      '/opt',
      'var/lib',
      '/var/lib/../lib/x',
      '/var//lib',
      '/var/lib/',
      '/var/./lib',
      '/var/lib/..',
      '/etc/..',
    ])(verifies('sandbox.path-guarded', 'the launcher itself refuses %s, however a list came by it'), async (path) => {
      for (const strict of [true, false])
        expect(await refused({ paths: [{ path, access: 'read' }], strict })).toMatch(/^sandbox_path_forbidden: /);
    });

    test(
      verifies('sandbox.path-sockets', 'a socket in a folder that is shown, or in the task folder, lets nobody in'),
      async () => {
        const accesses = copies ? (['read', 'write'] as const) : (['read'] as const);
        const paths: { readonly path: string; readonly access: 'read' | 'write' }[] = [];
        for (const access of accesses) paths.push({ path: await openFolder(subject), access });
        const { sh, request } = await shown({ paths });
        for (const folder of [...paths.map(({ path }) => path), request.taskFolder]) {
          // Bound while the sandbox runs: no look before its start would have seen it.
          const socket = await boundSocket(folder);
          await chown(socket, subject.owner.uid, subject.owner.gid);
          const inside = folder === request.taskFolder ? '/task/service.sock' : socket;
          expect(await sh(`test -S ${inside} && echo seen`)).toBe('seen');
          expect(
            await sh(
              `node -e 'const c = net.connect("${inside}"); c.pipe(process.stdout); c.on("error", (e) => console.log(e.code))'`,
            ),
          ).toMatch(/^(?:EACCES|ECONNREFUSED)$/);
        }
      },
    );

    test(
      verifies('sandbox.path-guarded', 'no list shows the platform, nor a folder that it lies in, whatever is said'),
      async () => {
        const outer = await openFolder(subject);
        const home = join(outer, 'sub');
        await mkdir(join(home, 'keys'));
        await symlink(home, join(outer, 'alias'));
        for (const guarded of [home, join(outer, 'alias')])
          for (const path of [home, outer, join(home, 'keys')])
            for (const strict of [true, false])
              expect(
                await refused({ paths: [{ path, access: 'read' }], strict }, { guardedFolders: [guarded] }),
              ).toMatch(/^sandbox_path_forbidden: /);
        expect(
          await refused({ paths: [{ path: outer, access: 'read' }] }, { guardedFolders: [`${outer}-other`] }),
        ).toBe('it started');
      },
    );

    test(verifies('sandbox.path-guarded', 'the storage of the sandbox itself is never shown'), async () => {
      const request = await prepare(subject);
      for (const path of [request.storage, join(request.storage, 'view')])
        await expect(
          subject.driver().start({ ...request, files: listing({ paths: [{ path, access: 'read' }] }) }),
        ).rejects.toMatchObject({ code: expect.stringMatching(/^sandbox_path_(forbidden|refused)$/) });
    });
  });
}

/** A socket of the machine to which everyone may write. */
async function boundSocket(folder: string): Promise<string> {
  const path = join(folder, 'service.sock');
  const server = createServer((socket) => socket.end('machine'));
  await new Promise<void>((resolve) => server.listen({ path, writableAll: true, readableAll: true }, resolve));
  onTestFinished(() => void server.close());
  return path;
}
