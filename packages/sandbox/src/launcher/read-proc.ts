import type { LimitsAttestation, MountAttestation } from '../attestation.ts';

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

/** The soft limits of `/proc/<pid>/limits`; hard limits are the same in a sandbox. */
export function readLimits(text: string): Omit<LimitsAttestation, 'memoryBytes' | 'groupProcesses'> {
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

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
