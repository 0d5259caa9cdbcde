import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { repositoryRoot, scale, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';

const { buildLauncher } = (await import(pathToFileURL(join(repositoryRoot, 'native/launcher/build.mjs')).href)) as {
  // The contract of that file.
  buildLauncher(options: {
    root: string;
    cacheFolder: string;
    compiler: string;
    checks?: readonly string[];
  }): Promise<string>;
};

/** A cache of its own: whoever starts the product takes the newest launcher of the checkout's. */
const options = {
  root: repositoryRoot,
  cacheFolder: join(repositoryRoot, 'node_modules/.cache/clawhold/other-launchers'),
};
const timeout = 300_000;

async function isThere(compiler: string): Promise<boolean> {
  return promisify(execFile)(compiler, ['--version']).then(
    () => true,
    () => false,
  );
}

/** Machine of an ELF file: the 16-bit field at offset 18. */
const machines = { x64: 62, arm64: 183 } as const;

const others = (
  [
    ['arm64', 'aarch64-linux-gnu-gcc', 'gcc-aarch64-linux-gnu libc6-dev-arm64-cross'],
    ['x64', 'x86_64-linux-gnu-gcc', 'gcc-x86-64-linux-gnu libc6-dev-amd64-cross'],
  ] as const
).filter(([processor]) => processor !== process.arch);

for (const [processor, compiler, packages] of others)
  test.skipIf(!(await isThere(compiler)))(
    verifies('sandbox.processors', `compiles for ${processor} (needs the Debian packages ${packages})`),
    { timeout },
    async () => {
      const binary = await readFile(await buildLauncher({ ...options, compiler }));
      expect(binary.readUInt16LE(18)).toBe(machines[processor]);
    },
  );

// A minute of a busy processor: for the long run.
test.skipIf(scale(1) === 1 || !(await isThere('gcc')))(
  "gcc's analyzer finds no mistake in the launcher (in test:long, with gcc and no other compiler)",
  { timeout },
  async () => {
    await expect(buildLauncher({ ...options, compiler: 'gcc', checks: ['-fanalyzer'] })).resolves.toContain('launcher');
  },
);
