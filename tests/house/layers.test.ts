import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { repositoryRoot, verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { type Room, readRooms, roomOf, roomOfPackage } from './layers.ts';
import { readModule } from './module.ts';
import { isForTests, repositoryFiles, sourceFiles } from './sources.ts';

// Every module is parsed; beside other work that takes a while.
vi.setConfig({ testTimeout: 90_000 });

const rooms = readRooms();
const testkit = 'packages/testkit';

/** Why a file may not import a module, or undefined when it may. */
function objection(path: string, room: Room, specifier: string): string | undefined {
  if (specifier.startsWith('.')) {
    const target = normalize(join(dirname(path), specifier));
    if (isForTests(target) && !isForTests(path) && room.mayImport !== 'anything') return 'is for tests only';
    return target.startsWith(`${room.folder}/`) || room.mayImport === 'anything'
      ? undefined
      : 'leaves its room by a path';
  }
  if (!specifier.startsWith('@clawhold/')) return undefined;
  const target = roomOfPackage(specifier, rooms);
  if (target === undefined) return 'is no room of ARCHITECTURE.md';
  if (target.folder === testkit)
    return isForTests(path) || room.mayImport === 'anything' ? undefined : 'is for tests only';
  return room.mayImport === 'anything' || room.mayImport.includes(target.folder) ? undefined : 'is not allowed there';
}

test(verifies('house.layers', 'every package is a room, and every room of the table exists'), () => {
  const manifests = repositoryFiles().filter((path) => path.endsWith('/package.json'));
  const unknown = manifests.map(dirname).filter((folder) => !rooms.some((room) => room.folder === folder));
  expect(unknown).toEqual([]);
  expect(rooms.length).toBeGreaterThan(15);
});

test(verifies('house.layers', 'the table has no circle'), () => {
  const visit = (room: Room, above: readonly string[]): void => {
    expect(above, `${above.join(' → ')} → ${room.folder}`).not.toContain(room.folder);
    if (room.mayImport === 'anything') return;
    for (const next of rooms.filter(({ folder }) => room.mayImport.includes(folder)))
      visit(next, [...above, room.folder]);
  };
  for (const room of rooms) visit(room, []);
});

test(verifies('house.layers', 'every import stays within what the table allows'), () => {
  const wrong = sourceFiles().flatMap((path) => {
    const room = roomOf(path, rooms);
    if (room === undefined) return [];
    return readModule(path).imports.flatMap((specifier) => {
      const reason = objection(path, room, specifier);
      return reason === undefined ? [] : [`${path}: ${specifier} ${reason}`];
    });
  });
  expect(wrong).toEqual([]);
});

test(verifies('house.layers', 'every dependency of a package.json stays within what the table allows'), () => {
  const wrong = rooms.flatMap((room) => {
    const path = join(room.folder, 'package.json');
    if (!existsSync(join(repositoryRoot, path)) || room.mayImport === 'anything') return [];
    // Our own file; what is not as expected makes this test fail.
    const manifest = JSON.parse(readFileSync(join(repositoryRoot, path), 'utf8')) as Record<string, object>;
    return ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].flatMap((kind) =>
      Object.keys(manifest[kind] ?? {}).flatMap((name) => {
        if (!name.startsWith('@clawhold/')) return [];
        const target = roomOfPackage(name, rooms);
        const forTests = target?.folder === testkit && kind === 'devDependencies';
        return forTests || (target !== undefined && room.mayImport.includes(target.folder)) ? [] : [`${path}: ${name}`];
      }),
    );
  });
  expect(wrong).toEqual([]);
});

test(verifies('house.layers', 'every room with a tsconfig is checked with the others'), () => {
  const root = JSON.parse(readFileSync(join(repositoryRoot, 'tsconfig.json'), 'utf8')) as {
    readonly references: readonly { readonly path: string }[];
  };
  const checked = root.references.map(({ path }) => path);
  const folders = repositoryFiles()
    .filter((path) => path.endsWith('/tsconfig.json'))
    .map(dirname);
  expect(folders.filter((folder) => !checked.includes(folder))).toEqual([]);
});
