import { spawn } from 'node:child_process';
import { chown, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import type { Installer } from './installer.ts';
import { npmFailure } from './npm-failure.ts';
import { findNpm, readNpmSettings } from './npm-settings.ts';

/** A line for each package; and who has no network should not wait minutes to hear it. */
const words =
  'ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=http --fetch-retries=1 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=2000'.split(
    ' ',
  );

/** Kept of what it says, for the sentence about a failure. */
const lastLines = 200;

/** A place that the account can reach wherever the folder lies, and that nobody else sees. */
const reachable = '/run/clawhold/installer';

/** `$1` the folder, then the command. */
const enter = `
mkdir -p /run/clawhold && mount -t tmpfs -o mode=0755,nosuid,nodev,size=1m clawhold /run/clawhold &&
mkdir ${reachable} && mount --bind "$1" ${reachable} && mount -o remount,bind,nosuid,nodev ${reachable} || exit 125
shift
exec "$@"
`;

/**
 * Runs `npm ci` in a folder with a `package.json` and a `package-lock.json`, as the account of the installer, without any
 * right of root, and without scripts of packages. Where packages come from is the operator's own configuration of npm.
 *
 * @param tree the folder; what lies beside it is npm's to use, too.
 * @param told how many packages were fetched so far.
 * @throws ClawholdError `host_npm_missing`, and what {@link npmFailure} says.
 */
export async function runNpm(installer: Installer, tree: string, told: (fetched: number) => void): Promise<void> {
  const npm = findNpm();
  const settings = readNpmSettings();
  const { folder, uid, gid } = installer;
  const isRoot = process.getuid?.() === 0;
  const asSeen = (path: string): string => join(isRoot ? reachable : folder, relative(folder, path));
  const userconfig = join(dirname(tree), 'npmrc');
  await writeFile(userconfig, settings.text, { mode: 0o600 });
  for (const path of [dirname(tree), userconfig, tree]) await chown(path, uid, gid);
  const asWho = isRoot
    ? [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--inh-caps=-all', '--bounding-set=-all']
    : [];
  const inFolder = ['/bin/sh', '-c', 'cd "$1" && shift && exec "$@"', 'clawhold', asSeen(tree), npm, ...words];
  // It ends with whoever asked for it.
  const confined = ['setpriv', ...asWho, '--no-new-privs', '--pdeathsig=KILL', '--', ...inFolder];
  const command = isRoot
    ? ['unshare', '--mount', '--propagation', 'slave', '--', '/bin/sh', '-c', enter, 'clawhold', folder, ...confined]
    : confined;
  const environment = {
    ...settings.environment,
    HOME: asSeen(dirname(tree)),
    npm_config_userconfig: asSeen(userconfig),
    // It outlives the attempt: who was killed goes on from there.
    npm_config_cache: asSeen(join(folder, 'cache')),
  };
  const { status, said } = await follow(command, environment, told);
  if (status !== 0) throw npmFailure(status, said);
}

function follow(
  [program = '', ...rest]: readonly string[],
  env: NodeJS.ProcessEnv,
  told: (fetched: number) => void,
): Promise<{ readonly status: number | null; readonly said: readonly string[] }> {
  const child = spawn(program, rest, { env, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
  const said: string[] = [];
  let fetched = 0;
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (/^npm http (fetch|cache) .*\.tgz/.test(line)) told(++fetched);
    else if (said.push(line) > lastLines) said.shift();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (status) => resolve({ status, said }));
  });
}
