import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { repositoryRoot, verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { readModule } from './module.ts';
import { repositoryFiles, sourceFiles } from './sources.ts';

// Every module is parsed; beside other work that takes a while.
vi.setConfig({ testTimeout: 90_000 });

const longestFile = 500;

/** Names that say nothing about what is inside, so that everything ends up there. */
const vague = /(^|[-.])(utils?|helpers?|common|misc|types)\.[a-z]+$/;

function lines(path: string): number {
  return readFileSync(join(repositoryRoot, path), 'utf8').split('\n').length - 1;
}

/** Made by a program, which says so at its beginning. */
function isGenerated(path: string): boolean {
  return readFileSync(join(repositoryRoot, path), 'utf8').startsWith('// Made by ');
}

function code(): readonly string[] {
  return repositoryFiles().filter((path) => /\.(ts|tsx|mjs|c|h)$/.test(path) && !isGenerated(path));
}

test(verifies('house.explicit-exports', 'nothing is exported by a star or as default'), () => {
  const modules = sourceFiles()
    .filter((path) => !path.endsWith('.config.ts'))
    .map(readModule);
  expect(modules.filter((module) => module.exportsEverything).map(({ path }) => path)).toEqual([]);
  expect(modules.filter((module) => module.exportsDefault).map(({ path }) => path)).toEqual([]);
});

test(verifies('house.small-files', 'no file is a dumping ground by its name'), () => {
  expect(code().filter((path) => vague.test(basename(path)))).toEqual([]);
});

test(verifies('house.small-files', `no file is longer than ${longestFile} lines, and few are long`), () => {
  expect(code().filter((path) => lines(path) > longestFile)).toEqual([]);
  const lengths = code()
    .filter((path) => !/\.test\.tsx?$/.test(path))
    .map(lines)
    .toSorted((left, right) => left - right);
  expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(80);
  expect(lengths[Math.floor(lengths.length * 0.9)]).toBeLessThan(300);
});
