import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@clawhold/testkit';

/** Folders that hold nothing that a person wrote. */
const generated: ReadonlySet<string> = new Set(['node_modules', 'dist', '.git', 'results']);

/** Every file of the repository that a person wrote, relative to its root. Without git: a source archive has none. */
export function repositoryFiles(folder = ''): readonly string[] {
  return readdirSync(join(repositoryRoot, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return generated.has(entry.name) ? [] : repositoryFiles(path);
    return entry.isFile() ? [path] : [];
  });
}

/** The TypeScript and JavaScript among them. */
export function sourceFiles(): readonly string[] {
  return repositoryFiles().filter((path) => /\.(ts|tsx|mts|cts|js|mjs|cjs)$/.test(path));
}

/** Tests, and folders of what only tests and benchmarks use. */
export function isForTests(path: string): boolean {
  return /\.test\.tsx?$|\/(conformance|fixtures|testing|bench)\//.test(path);
}
