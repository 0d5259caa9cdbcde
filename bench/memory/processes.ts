import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process and what it holds of the machine's memory, in bytes. */
export interface ProcessMemory {
  readonly name: string;
  /** Its own pages, and its share of those that others map too. */
  readonly proportional: number;
  /** Pages that nobody else maps. */
  readonly private: number;
  readonly resident: number;
  /** Path of the program's file. Processes of one program share its pages. */
  readonly program: string;
}

/** All processes below one, itself first. */
export function processTree(pid: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const process of readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)) {
    const parent = parentOf(process);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), process]);
  }
  const below = (root: number): readonly number[] => [root, ...(children.get(root) ?? []).flatMap(below)];
  return below(pid);
}

/** Undefined when the kernel does not tell us: the process has ended, or is not ours to look into. */
export function memoryOf(pid: number): ProcessMemory | undefined {
  const rollup = read(pid, 'smaps_rollup');
  if (rollup === undefined || rollup === '') return undefined;
  const bytes = (field: string): number => Number(new RegExp(`^${field}: +(\\d+) kB$`, 'm').exec(rollup)?.[1]) * 1_024;
  return {
    name: nameOf(pid),
    proportional: bytes('Pss'),
    private: bytes('Private_Clean') + bytes('Private_Dirty'),
    resident: bytes('Rss'),
    program: programOf(pid),
  };
}

/** One of our programs, as the bootstrap builds it. */
const bundle = /\/programs\/[^/]+\/([^/]+)\.js$/;

/** What a process is, in a few words: the program of ours that Node runs, PostgreSQL's own titles, or the program. */
export function nameOf(pid: number): string {
  const words = (read(pid, 'cmdline') ?? '').split('\0').filter((word) => word !== '');
  const [program = `process ${pid}`] = words;
  if (program.startsWith('postgres: ')) return words.join(' ').trim();
  const launcher = /clawhold-launcher/.test(program);
  const script = launcher ? undefined : words.find((word) => bundle.test(word));
  if (script !== undefined) return bundle.exec(script)?.[1] ?? script;
  return launcher ? 'launcher' : (program.split('/').at(-1) ?? program);
}

/**
 * About what processes would hold with nothing else on the machine: their private pages, and once for each program the
 * pages that its processes share.
 */
export function aloneOnTheMachine(processes: readonly ProcessMemory[]): number {
  const shared = new Map<string, number>();
  for (const { program, resident, private: own } of processes)
    shared.set(program, Math.max(shared.get(program) ?? 0, resident - own));
  return [...processes.map((memory) => memory.private), ...shared.values()].reduce((sum, bytes) => sum + bytes, 0);
}

function programOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`).replace(/^.*\//, ''); // one file may be seen at several places
  } catch {
    return '';
  }
}

function parentOf(pid: number): number | undefined {
  // pid (name) state ppid …; a name may hold spaces and brackets, the last bracket ends it.
  const fields = read(pid, 'stat')?.replace(/^.*\)/s, '').trim().split(' ');
  return fields === undefined ? undefined : Number(fields[1]);
}

function read(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}
