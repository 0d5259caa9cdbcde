/**
 * File systems that show the kernel instead of keeping files: nothing in them can be copied, compared or put back. As
 * filesystems(5) and the documentation of the kernel name them.
 */
const kernelFileSystems: ReadonlySet<string> = new Set(
  (
    'proc sysfs devtmpfs devpts mqueue hugetlbfs cgroup cgroup2 debugfs tracefs securityfs configfs selinuxfs ' +
    'efivarfs pstore bpf binfmt_misc fusectl nsfs rpc_pipefs'
  ).split(' '),
);

/** `/dev` may be an ordinary tmpfs, as in containers. What is mounted on a folder in it is something else again. */
const devices = '/dev';

/**
 * The kernel's file system that a folder lies in, for example `proc`; undefined for every other folder.
 *
 * @param folder absolute, without links
 * @param mounts what `/proc/self/mountinfo` says (proc_pid_mountinfo(5)): it needs no right to look at the folder
 */
export function specialFileSystem(folder: string, mounts: string): string | undefined {
  let nearest = { point: '', type: '' };
  for (const line of mounts.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const point = unescaped(before.split(' ')[4] ?? '');
    const [type = ''] = after.split(' ');
    const holds = point !== '' && (point === '/' || folder === point || folder.startsWith(`${point}/`));
    // Of two on the same folder the later one is what is seen.
    if (holds && point.length >= nearest.point.length) nearest = { point, type };
  }
  if (kernelFileSystems.has(nearest.type)) return nearest.type;
  const isDevices = nearest.point.length <= devices.length && (folder === devices || folder.startsWith(`${devices}/`));
  return isDevices ? 'devices' : undefined;
}

/** Blanks and the like are written as three octal digits. */
function unescaped(field: string): string {
  return field.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
