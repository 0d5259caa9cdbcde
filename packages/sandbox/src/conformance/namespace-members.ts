import { readdir, readFile, readlink } from 'node:fs/promises';

/**
 * A process by its id and its start. The number of a namespace does not name it for ever: the kernel gives it to the next
 * one that is made, such as that of a sandbox that is being prepared.
 */
export interface NamespaceMember {
  readonly process: string;
  readonly started: string;
}

/** Processes of the host in a namespace. */
export async function membersOf(kind: string, inode: number | undefined): Promise<NamespaceMember[]> {
  const found: NamespaceMember[] = [];
  for (const process of await readdir('/proc')) {
    const link = await readlink(`/proc/${process}/ns/${kind}`).catch(() => '');
    const started = link === `${kind}:[${inode}]` ? await startOf(process) : undefined;
    if (started !== undefined) found.push({ process, started });
  }
  return found;
}

/** Those that still run. */
export async function survivorsOf(members: readonly NamespaceMember[]): Promise<NamespaceMember[]> {
  const starts = await Promise.all(members.map(({ process }) => startOf(process)));
  return members.filter(({ started }, index) => started === starts[index]);
}

/** Clock ticks since the machine's start: the 22nd field of proc(5), the 20th after the name in brackets. */
async function startOf(process: string): Promise<string | undefined> {
  const text = await readFile(`/proc/${process}/stat`, 'utf8').catch(() => '');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : fields[19];
}
