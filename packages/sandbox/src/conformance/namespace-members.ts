import { readdir, readFile, readlink } from 'node:fs/promises';

/**
 * A process by its id and its start. The number of a namespace does not name it for ever: the kernel gives it to the next
 * one that is made, such as that of a sandbox that is being prepared.
 */
export interface NamespaceMember {
  readonly process: string;
  readonly started: string;
}

/**
 * Processes of the host in a namespace. An ordinary user may not see the namespaces of a sandbox's first process; then it is
 * known by being the parent of one that is in there.
 */
export async function membersOf(kind: string, inode: number | undefined): Promise<NamespaceMember[]> {
  const hidden = new Map<string, Status>();
  const found = new Map<string, Status>();
  for (const process of await readdir('/proc')) {
    if (!/^\d+$/.test(process)) continue;
    const link = await readlink(`/proc/${process}/ns/${kind}`).catch(() => undefined);
    const status = link === undefined || link === `${kind}:[${inode}]` ? await statusOf(process) : undefined;
    if (status !== undefined) (link === undefined ? hidden : found).set(process, status);
  }
  const parents = Array.from(found.values(), ({ parent }) => parent);
  for (const parent of parents) {
    const first = hidden.get(parent);
    if (first !== undefined) found.set(parent, first);
  }
  return [...found].map(([process, { started }]) => ({ process, started }));
}

/** Those that still run. */
export async function survivorsOf(members: readonly NamespaceMember[]): Promise<NamespaceMember[]> {
  const now = await Promise.all(members.map(({ process }) => statusOf(process)));
  return members.filter(({ started }, index) => started === now[index]?.started);
}

interface Status {
  readonly parent: string;
  /** Clock ticks since the machine's start: the 22nd field of proc(5), the 20th after the name in brackets. */
  readonly started: string;
}

/** Of a process that lives. */
async function statusOf(process: string): Promise<Status | undefined> {
  const text = await readFile(`/proc/${process}/stat`, 'utf8').catch(() => '');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent, started] = [fields[0], fields[1], fields[19]];
  return state === 'Z' || parent === undefined || started === undefined ? undefined : { parent, started };
}
