/**
 * Builds the launcher, once per content of its sources and version of its compiler.
 *
 * Plain JavaScript for Node 20: the bootstrap runs it before anything is installed.
 */
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const flags = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-fstack-protector-strong']
  // Some distributions define it themselves. It makes gcc warn about results that a (void) says are not needed.
  .concat('-U_FORTIFY_SOURCE', '-D_FORTIFY_SOURCE=2', '-Wno-unused-result');

/** A machine without a C compiler; `message` says what to install. */
export class CompilerMissing extends Error {
  code = 'host_compiler_missing';
  hint = 'On Debian or Ubuntu: sudo apt-get update && sudo apt-get install -y gcc libc6-dev';
  constructor() {
    super('The launcher must be compiled once, and this machine has no C compiler.');
  }
}

/**
 * @param {object} options
 * @param {string} options.root Folder of the repository.
 * @param {string} options.cacheFolder Where built launchers are kept; made when missing.
 * @param {(line: string) => void} [options.log] Told when something is really compiled.
 * @param {readonly string[]} [options.defines] Macros, for tests that take one guard away.
 * @param {string} [options.compiler] Default: what CC names, cc, gcc or clang, whichever is there.
 * @param {readonly string[]} [options.checks] More flags for the compiler, for tests that look for mistakes.
 * @returns {Promise<string>} Path of the executable.
 * @throws {CompilerMissing} when there is no C compiler.
 * @throws {Error} with the compiler's first complaint when it refuses the sources.
 */
export async function buildLauncher({ root, cacheFolder, log = () => {}, defines = [], compiler: wish, checks = [] }) {
  const sourceFolder = join(root, 'native', 'launcher', 'src');
  const names = (await readdir(sourceFolder, { recursive: true })).filter((name) => /\.[ch]$/.test(name)).toSorted();
  const compiler = await findCompiler(wish);
  const files = await Promise.all(names.map(async (name) => [name, await readFile(join(sourceFolder, name), 'utf8')]));
  const all = [...flags, ...checks];
  const common = [compiler.version, all, process.arch, files.filter(([name]) => name.endsWith('.h'))];
  const sources = files.filter(([name]) => name.endsWith('.c'));
  const objects = sources.map(([name, text]) => {
    // A macro for tests changes only the files that name it: the rest is compiled once for all variants.
    const wanted = defines.filter((define) => text.includes(define.split('=', 1)[0]));
    return {
      name,
      wanted,
      path: join(cacheFolder, 'objects', `${name.replaceAll('/', '-')}-${digest([common, text, wanted])}.o`),
    };
  });
  const binary = join(cacheFolder, `clawhold-launcher-${digest(objects.map(({ path }) => basename(path)))}`);
  if (await exists(binary)) return binary;

  log(`compiling the launcher with ${compiler.command}`);
  await mkdir(join(cacheFolder, 'objects'), { recursive: true });
  await forEach(objects, ({ name, wanted, path }) =>
    make(path, compiler.command, [
      ...all,
      ...wanted.map((define) => `-D${define}`),
      '-I',
      sourceFolder,
      '-c',
      join(sourceFolder, name),
    ]),
  );
  await make(binary, compiler.command, ['-static', '-s', ...objects.map(({ path }) => path)]);
  return binary;
}

function digest(value) {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}

async function exists(path) {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function findCompiler(wish) {
  const candidates = wish ? [wish] : [process.env['CC'], 'cc', 'gcc', 'clang'].filter((command) => command);
  for (const command of candidates) {
    const version = await run(command, ['--version']).then(
      ({ stdout }) => stdout.split('\n', 1)[0],
      () => undefined,
    );
    if (version !== undefined) return { command, version };
  }
  throw new CompilerMissing();
}

/** As many at a time as there are processors. */
async function forEach(items, action) {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await action(item);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

/** Into its place in one step: another process that builds the same finds either nothing or a whole file. */
async function make(path, command, args) {
  if (await exists(path)) return;
  const unfinished = `${path}.${process.pid}.${randomUUID()}`;
  try {
    await run(command, [...args, '-o', unfinished]);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    const complaint = String(error.stderr ?? error.message)
      .split('\n')
      .find((line) => /error|cannot find|No such file/.test(line));
    throw Object.assign(
      new Error(`The launcher could not be compiled: ${complaint ?? error.message}`, { cause: error }),
      {
        code: 'host_compiler_failed',
        hint: 'Install the C library for development (Debian: libc6-dev) and try again.',
      },
    );
  }
}
