import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@clawhold/testkit';

/** A room of the house: a package, an app, or a folder of its own right such as `tests`. */
export interface Room {
  /** Its folder from the root, such as `packages/policy`. */
  readonly folder: string;
  /** The folders of the rooms that it may import, or `anything`. */
  readonly mayImport: readonly string[] | 'anything';
}

/** Rooms that ship nothing: they look at the others. */
const observers: readonly Room[] = [
  { folder: 'tests', mayImport: 'anything' },
  { folder: 'native/testnet', mayImport: [] },
  { folder: 'scripts', mayImport: [] },
];

/** Reads "Packages: what may be linked together" of ARCHITECTURE.md, the only place where it is written down. */
export function readRooms(): readonly Room[] {
  const text = readFileSync(join(repositoryRoot, 'ARCHITECTURE.md'), 'utf8');
  const rows = [...text.matchAll(/^\| *`([a-z/-]+)` *\|[^|]*\|([^|]*)\|$/gm)].map(([, folder = '', allowed = '']) => ({
    folder,
    allowed: allowed.trim(),
  }));
  const folderOf = (name: string): string => {
    const found = rows.find(({ folder }) => folder.split('/').at(-1) === name);
    if (found === undefined) throw new Error(`ARCHITECTURE.md allows an import of "${name}", which is no room`);
    return found.folder;
  };
  const rooms = rows.map(({ folder, allowed }): Room => {
    if (allowed === 'anything') return { folder, mayImport: 'anything' };
    return { folder, mayImport: allowed === '–' ? [] : allowed.split(', ').map(folderOf) };
  });
  return [...rooms, ...observers];
}

/** The room that a file lies in; undefined for files of the root. */
export function roomOf(path: string, rooms: readonly Room[]): Room | undefined {
  return rooms.find(({ folder }) => path.startsWith(`${folder}/`));
}

/** `@clawhold/policy` → `packages/policy`; undefined when it is no package of ours. */
export function roomOfPackage(specifier: string, rooms: readonly Room[]): Room | undefined {
  const name = /^@clawhold\/([a-z-]+)(\/|$)/.exec(specifier)?.[1];
  return name === undefined ? undefined : rooms.find(({ folder }) => folder.split('/').at(-1) === name);
}
