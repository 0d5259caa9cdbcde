import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { personEnvironment } from '../person-environment.ts';

/**
 * The npm packages that Clawhold is measured against. They are no dependencies of Clawhold: `bench/` has a manifest and a
 * lock file of its own, and this installs them when a bench wants them.
 */
const folder = dirname(import.meta.dirname);
const require_ = createRequire(`${folder}/package.json`);

/** Installs the packages when one is missing. Answers why that failed; undefined when all are there. */
export function installPeers(): string | undefined {
  if (missing().length === 0) return undefined;
  const { status, error } = spawnSync('npm', ['ci', '--ignore-scripts', '--loglevel=error'], {
    cwd: folder,
    env: personEnvironment(),
    stdio: ['ignore', 2, 2],
  });
  return status === 0 ? undefined : `"npm ci" in bench/ failed (${error?.message ?? `status ${status}`})`;
}

/**
 * Loads a package; what of it is used is typed by the caller. Undefined when it is not installed or does not load here.
 *
 * @param path - Name of the package, or a path inside it that it exports.
 */
export function loadPeer(path: string): unknown {
  try {
    return require_(path);
  } catch {
    return undefined;
  }
}

/** The version of an installed package of the manifest. */
export function peerVersion(name: string): string {
  return installedVersion(name) ?? 'not installed';
}

function missing(): readonly string[] {
  // Our own manifest.
  const manifest = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return Object.entries(manifest.dependencies).flatMap(([name, version]) =>
    installedVersion(name) === version ? [] : [name],
  );
}

/** Read from the file: not every package exports its manifest. */
function installedVersion(name: string): string | undefined {
  try {
    const text = readFileSync(`${folder}/node_modules/${name}/package.json`, 'utf8');
    return (JSON.parse(text) as { version: string }).version; // every installed package has one
  } catch {
    return undefined;
  }
}
