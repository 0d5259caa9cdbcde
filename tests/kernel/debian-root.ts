/**
 * A root folder of Debian 12 with its own kernel, from the packages of this machine's registry: unpacked, not installed.
 */
import { execFile } from 'node:child_process';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the launcher's suite runs in sandboxes, and what this machine's first process needs. */
const packages: readonly string[] = `
  linux-image-cloud-amd64
  base-files bash coreutils dash diffutils findutils grep gzip hostname libc-bin sed tar util-linux perl-base login passwd
  mount procps kmod iproute2 perl mawk python3 curl git gdb gcc libc6-dev ca-certificates`
  .trim()
  .split(/\s+/);

/** What the packages would do themselves when they are installed. */
const files: Readonly<Record<string, string>> = {
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
  'etc/group': 'root:x:0:\nnogroup:x:65534:\n',
  'etc/shadow': '',
  'etc/gshadow': '',
};

const links: Readonly<Record<string, string>> = { 'usr/bin/cc': 'gcc', 'usr/bin/awk': 'mawk', 'usr/bin/sh': 'dash' };

/** The packages with all that they need, as files; apt believes that nothing is installed. */
async function download(folder: string): Promise<readonly string[]> {
  const archives = join(folder, 'archives');
  await mkdir(join(archives, 'partial'), { recursive: true });
  await writeFile(join(folder, 'status'), '');
  await run('apt-get', [
    '-q',
    '-y',
    '--no-install-recommends',
    '--download-only',
    '-o',
    `Dir::State::status=${join(folder, 'status')}`,
    '-o',
    `Dir::Cache::archives=${archives}`,
    '-o',
    'APT::Sandbox::User=root',
    'install',
    ...packages,
  ]);
  const names = await readdir(archives);
  return names.filter((name) => name.endsWith('.deb')).map((name) => join(archives, name));
}

/**
 * Makes the root.
 *
 * @param scratch an empty folder for the packages themselves.
 * @returns the version of the kernel, whose image is `boot/vmlinuz-<version>`.
 */
export async function makeDebianRoot(root: string, scratch: string): Promise<string> {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    await mkdir(join(root, 'usr', name), { recursive: true });
    await symlink(`usr/${name}`, join(root, name));
  }
  for (const archive of await download(scratch))
    await run('sh', [
      '-c',
      'dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$2"',
      'sh',
      archive,
      root,
    ]);
  for (const [name, content] of Object.entries(files)) await writeFile(join(root, name), content);
  for (const [name, target] of Object.entries(links)) await symlink(target, join(root, name)).catch(() => undefined);
  const [version] = await readdir(join(root, 'lib/modules'));
  if (version === undefined) throw new Error('the packages bring no kernel');
  await run('chroot', [root, 'depmod', version]);
  return version;
}

/** The files of the modules that these need, themselves last. */
export async function modulesFor(root: string, version: string, names: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const name of names) {
    const { stdout } = await run('chroot', [root, 'modprobe', '-S', version, '--show-depends', name]);
    for (const [, path] of stdout.matchAll(/^insmod (\S+)/gm)) if (path !== undefined) found.add(path);
  }
  return [...found].map((path) => join(root, path));
}
