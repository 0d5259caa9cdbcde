import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folders of its control groups, by controller; version 2 has an empty name. */
function groupsOf(first: number): ReadonlyMap<string, string> {
  const lines = readFileSync(`/proc/${first}/cgroup`, 'utf8').trim().split('\n');
  return new Map(
    lines.flatMap((line) => {
      const [, controllers = '', ...path] = line.split(':');
      const below = path.join(':');
      return [`/sys/fs/cgroup/${controllers}`, '/sys/fs/cgroup/unified', '/sys/fs/cgroup']
        .map((mount) => join(mount, below))
        .filter((folder) => below.includes('clawhold-') && isThere(join(folder, 'cgroup.procs')))
        .slice(0, 1)
        .map((folder) => [controllers, folder] as const);
    }),
  );
}

function isThere(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}

/** The file with one of these names among the control groups of a process of the host. */
export function groupFile(first: number, ...names: readonly string[]): string | undefined {
  const files = [...groupsOf(first).values()].flatMap((folder) => names.map((name) => join(folder, name)));
  return files.find(isThere);
}
