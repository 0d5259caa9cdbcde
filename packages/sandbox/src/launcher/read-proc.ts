import type { DiskLimit, LimitsAttestation, MountAttestation } from '../attestation.ts';

const reported: ReadonlySet<string> = new Set(['ro', 'nosuid', 'nodev', 'noexec']);

/** `/proc/<pid>/mountinfo` (proc_pid_mountinfo(5)). */
export function readMounts(text: string): readonly MountAttestation[] {
  return lines(text).map((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const fields = before.split(' ');
    const [type = ''] = after.split(' ');
    const flags = (fields[5] ?? '').split(',').filter((flag) => reported.has(flag));
    return { path: unescaped(fields[4] ?? ''), type, flags };
  });
}

/** The kernel writes space, tab, line feed and backslash as octal numbers. */
function unescaped(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_match, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

type ProcessLimits = Pick<
  LimitsAttestation,
  'processes' | 'openFiles' | 'fileBytes' | 'dataBytes' | 'coreBytes' | 'lockedBytes'
>;

/** The soft limits of `/proc/<pid>/limits`; hard limits are the same in a sandbox. */
export function readLimits(text: string): ProcessLimits {
  const limit = (name: string): number | null => {
    const line = lines(text).find((one) => one.startsWith(`${name} `)) ?? '';
    const [soft = ''] = line.slice(name.length).trim().split(/\s+/);
    return /^\d+$/.test(soft) ? Number(soft) : null;
  };
  return {
    processes: limit('Max processes'),
    openFiles: limit('Max open files'),
    fileBytes: limit('Max file size'),
    dataBytes: limit('Max data size'),
    coreBytes: limit('Max core file size'),
    lockedBytes: limit('Max locked memory'),
  };
}

/** `io.max` of control groups, version 2; a disk may have a line for each direction. */
export function readDisks(text: string): readonly DiskLimit[] {
  const found = new Map<string, DiskLimit>();
  for (const line of lines(text)) {
    const [disk = '', ...words] = line.split(' ');
    const rate = (name: string): number | null => Number(/^\d+$/.exec(rateOf(words, name))?.[0] ?? 0) || null;
    const { readBytes = null, writtenBytes = null } = found.get(disk) ?? {};
    found.set(disk, { disk, readBytes: rate('rbps') ?? readBytes, writtenBytes: rate('wbps') ?? writtenBytes });
  }
  return [...found.values()];
}

function rateOf(words: readonly string[], name: string): string {
  return words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
