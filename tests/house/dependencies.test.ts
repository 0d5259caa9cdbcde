import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { repositoryFiles } from './sources.ts';

const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;

/** Name → version of everything that a manifest of ours asks for, by manifest. */
function declared(): readonly { readonly manifest: string; readonly name: string; readonly version: string }[] {
  const manifests = repositoryFiles().filter((path) => /(^|\/)package\.json$/.test(path));
  return manifests.flatMap((manifest) => {
    // Our own file; what is not as expected makes this test fail.
    const content = JSON.parse(readFileSync(join(repositoryRoot, manifest), 'utf8')) as {
      readonly [Kind in (typeof kinds)[number]]?: Readonly<Record<string, string>>;
    };
    return kinds.flatMap((kind) =>
      Object.entries(content[kind] ?? {}).map(([name, version]) => ({ manifest, name, version })),
    );
  });
}

const foreign = declared().filter(({ name }) => !name.startsWith('@clawhold/'));

test(verifies('house.dependencies-earn-their-place', 'DEPENDENCIES.md names what the manifests name'), () => {
  const text = readFileSync(join(repositoryRoot, 'DEPENDENCIES.md'), 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('| `'));
  const listed = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  expect([...new Set(listed)].toSorted()).toEqual([...new Set(foreign.map(({ name }) => name))].toSorted());
  expect(listed.length).toBe(new Set(listed).size);
});

test(verifies('house.dependencies-earn-their-place', 'every version is exact, and the same everywhere'), () => {
  const loose = declared().filter(({ version }) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
  expect(loose).toEqual([]);
  const versions = new Map<string, Set<string>>();
  for (const { name, version } of foreign) versions.set(name, (versions.get(name) ?? new Set()).add(version));
  expect([...versions].filter(([, found]) => found.size > 1)).toEqual([]);
});

test(
  verifies('house.dependencies-earn-their-place', 'the lock file names no registry and no script runs unasked'),
  () => {
    const lock = readFileSync(join(repositoryRoot, 'package-lock.json'), 'utf8');
    expect(lock).not.toMatch(/"resolved": "https?:/);
    expect(readFileSync(join(repositoryRoot, '.npmrc'), 'utf8')).toContain('strict-allow-scripts=true');
  },
);
