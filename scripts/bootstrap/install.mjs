import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { exclusively } from './lock.mjs';
import { bin, outsidePath, root } from './places.mjs';
import { step } from './progress.mjs';
import { run } from './run.mjs';
import { fingerprint, isCurrent, remember } from './stamp.mjs';
import { Stop } from './stop.mjs';

/** Runs `npm ci` when what it depends on has changed since it last ran here. */
export async function ensureInstalled() {
  if (installed()) return;
  await exclusively(join(root, '.install-lock'), async () => {
    if (installed()) return;
    await step('installing packages (npm ci)', () => npmCi());
    remember('install', wanted());
  });
}

function installed() {
  return existsSync(join(bin, 'tsc')) && isCurrent('install', wanted());
}

function wanted() {
  const files = ['package.json', 'package-lock.json', '.npmrc', ...manifests()];
  return fingerprint(files, `${process.platform} ${process.arch}`);
}

function manifests() {
  const groups = ['packages', 'apps', 'examples'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => join(group, name)),
  );
  return [...groups, 'tests']
    .map((folder) => join(folder, 'package.json'))
    .filter((path) => existsSync(join(root, path)));
}

async function npmCi() {
  const words = ['ci', '--loglevel=error', '--include=optional', '--include=dev'];
  // npm tells its children about itself; a nested npm must not take these for its own settings.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(config|package|lifecycle)_|^NODE_ENV$/i.test(name)),
  );
  // The npm that started us, so that its version stays the same. Not with our own Node 24: npm ci deletes it.
  const npm = process.env.npm_execpath ?? '';
  const node = process.env.npm_node_execpath ?? process.execPath;
  const command = npm.endsWith('.js') ? [node.includes('node_modules') ? 'node' : node, npm] : ['npm'];
  try {
    await run(command[0], [...command.slice(1), ...words], { cwd: root, env: { ...env, PATH: outsidePath } });
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    throw new Stop(`${error.message}. Its own words are above; check the network and the free space, then try again`);
  }
}
