import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from './requirements.ts';

const run = promisify(execFile);

/** Where programs for tests are kept, by the hash of their source. */
const programCache: string = join(repositoryRoot, 'node_modules/.cache/clawhold');

/**
 * Compiles one C file of the repository, once for each content of it.
 *
 * @param source its path from the root.
 * @returns the path of the program.
 */
export async function compileProgram(source: string): Promise<string> {
  const path = join(repositoryRoot, source);
  const digest = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  const program = join(programCache, digest.slice(0, 16));
  if (existsSync(program)) return program;
  await mkdir(programCache, { recursive: true });
  // Several test files may compile at the same time: the last rename wins, and all are equal.
  const fresh = `${program}.${process.pid}`;
  await run(process.env['CC'] ?? 'cc', ['-O2', '-Wall', '-Wextra', '-Werror', '-static', '-o', fresh, path]);
  await rename(fresh, program);
  return program;
}
