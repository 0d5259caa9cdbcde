import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, cp, mkdir, readdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { repositoryRoot, temporaryFolder } from '@clawhold/testkit';
import { expect, onTestFinished, test } from 'vitest';

const run = promisify(execFile);

/** Stands for the network: counts its calls and puts down what `npm ci` would. Everything else here is the real thing. */
const npm = `#!/bin/sh
echo "$*" >> "$COUNT"
sleep 0.3
mkdir -p node_modules/.bin
ln -sfn "$REAL/node_modules/node-$(node -p 'process.platform+"-"+process.arch')" node_modules/
ln -sfn ../node-*/bin/node node_modules/.bin/node
touch node_modules/.bin/tsc
`;

/** A checkout with the real bootstrap and a task that says what it was given, then stays. */
const main = `
process.on('SIGTERM', () => { console.log('"told to end"'); process.exit(7); });
setInterval(() => undefined, 1000);
console.log(JSON.stringify({ node: process.version, words: process.argv.slice(2), pid: process.pid }));
`;

/** Stands for the bundler of this repository, whose programs are not in this checkout. */
const bundler = `
import { copyFileSync, mkdirSync } from 'node:fs';
const [folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
copyFileSync('apps/cli/src/main.ts', folder + '/cli.js');
`;

interface Checkout {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  installs(): Promise<number>;
}

async function makeCheckout(): Promise<Checkout> {
  const folder = await temporaryFolder();
  const root = join(folder, 'checkout');
  await cp(join(repositoryRoot, 'scripts'), join(root, 'scripts'), { recursive: true });
  for (const name of ['packages', 'apps/cli/src', 'examples', 'tests', '../bin'])
    await mkdir(join(root, name), { recursive: true });
  for (const name of ['package.json', 'package-lock.json', '.npmrc', 'tests/package.json', 'apps/cli/package.json'])
    await writeFile(join(root, name), '{}');
  await writeFile(join(root, 'apps/cli/src/main.ts'), main);
  await writeFile(join(root, 'scripts/bundle.mjs'), bundler);
  await writeFile(join(folder, 'bin/npm'), npm);
  await chmod(join(folder, 'bin/npm'), 0o755);
  await symlink(process.execPath, join(folder, 'bin/node'));
  const count = join(folder, 'count');
  await writeFile(count, '');
  return {
    root,
    env: { PATH: `${folder}/bin:/usr/bin:/bin`, HOME: folder, COUNT: count, REAL: repositoryRoot },
    installs: async () => (await readFile(count, 'utf8')).split('\n').length - 1,
  };
}

interface Started {
  readonly bootstrap: ChildProcess;
  readonly task: { readonly node: string; readonly words: readonly string[]; readonly pid: number };
  nextLine(): Promise<string | undefined>;
}

async function start({ root, env }: Checkout, ...words: readonly string[]): Promise<Started> {
  const bootstrap = spawn('node', [join(root, 'scripts/bootstrap.mjs'), 'start', ...words], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void bootstrap.kill('SIGKILL'));
  const lines = createInterface({ input: bootstrap.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string | undefined> => (await lines.next()).value;
  // Printed by the task above.
  const task = JSON.parse((await nextLine()) ?? 'null') as Started['task'];
  onTestFinished(() => {
    try {
      process.kill(task.pid, 'SIGKILL');
    } catch {
      // already gone, as it should be
    }
  });
  return { bootstrap, task, nextLine };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('it installs once, hands over to Node 24, and installs again when a manifest changes', async () => {
  const checkout = await makeCheckout();
  const first = await start(checkout, '--flag', 'a b');
  expect(first.task).toMatchObject({ node: expect.stringMatching(/^v24\./), words: ['start', '--flag', 'a b'] });
  await start(checkout);
  expect(await checkout.installs()).toBe(1);
  await writeFile(join(checkout.root, 'apps/cli/package.json'), '{"name":"changed"}');
  await start(checkout);
  expect(await checkout.installs()).toBe(2);
});

test('two at once install once; a lock whose owner is gone is taken over', async () => {
  const checkout = await makeCheckout();
  const { pid } = await run('sh', ['-c', 'echo $$']).then(({ stdout }) => ({ pid: stdout.trim() }));
  await writeFile(join(checkout.root, '.install-lock'), pid);
  await Promise.all([start(checkout), start(checkout)]);
  expect(await checkout.installs()).toBe(1);
});

test('a program is built again when a source changes, and an older build stays for who runs it', async () => {
  const checkout = await makeCheckout();
  const programs = join(checkout.root, 'node_modules/.cache/clawhold/programs');
  await start(checkout);
  const older = await realpath(join(programs, 'current'));
  await start(checkout);
  expect(await realpath(join(programs, 'current'))).toBe(older);
  for (let change = 0; change < 3; change++) {
    await appendFile(join(checkout.root, 'apps/cli/src/main.ts'), '// changed\n');
    await start(checkout);
    expect(await realpath(join(programs, 'current'))).not.toBe(older);
    expect(await readFile(join(programs, 'current/cli.js'), 'utf8')).toContain('// changed');
  }
  const builds = (await readdir(programs, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  expect(builds).toHaveLength(3);
});

test('SIGTERM reaches the task, and its exit status comes back', async () => {
  const { bootstrap, nextLine } = await start(await makeCheckout());
  const exit = once(bootstrap, 'exit');
  bootstrap.kill('SIGTERM');
  expect(await nextLine()).toBe('"told to end"');
  expect(await exit).toEqual([7, null]);
});

test('a task does not outlive an npm that was killed', async () => {
  const checkout = await makeCheckout();
  await start(checkout).then(({ bootstrap }) => bootstrap.kill('SIGTERM'));
  // The place of npm: a parent that dies without a word.
  const parent = spawn('sh', ['-c', `node scripts/bootstrap.mjs start & wait`], {
    cwd: checkout.root,
    env: checkout.env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: parent.stdout })[Symbol.asyncIterator]();
  const { pid } = JSON.parse((await lines.next()).value ?? 'null') as { pid: number };
  parent.kill('SIGKILL');
  await expect.poll(() => isAlive(pid), { timeout: 60_000 }).toBe(false);
});

test('an unknown task and a failing npm are one sentence each', async () => {
  const checkout = await makeCheckout();
  const attempt = (task: string): Promise<{ stderr: string; code?: number }> =>
    run('node', [join(checkout.root, 'scripts/bootstrap.mjs'), task], { env: checkout.env }).catch(
      (error: { stderr: string; code: number }) => error,
    );
  expect(await attempt('dance')).toMatchObject({ code: 1, stderr: expect.stringContaining('no task "dance"') });
  await writeFile(join(checkout.root, '../bin/npm'), '#!/bin/sh\nexit 9\n');
  const failed = await attempt('start');
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('failed (9)') });
  expect(failed.stderr).not.toContain('at ');
  // And leaves no lock behind.
  await expect(readFile(join(checkout.root, '.install-lock'))).rejects.toThrow('ENOENT');
});

test('a Node that is not the one we know is refused', async () => {
  const checkout = await makeCheckout();
  const digests = join(checkout.root, 'scripts/bootstrap/node-digests.mjs');
  await writeFile(digests, (await readFile(digests, 'utf8')).replaceAll(/'[0-9a-f]{64}'/g, `'${'0'.repeat(64)}'`));
  const refused = await run('node', [join(checkout.root, 'scripts/bootstrap.mjs'), 'start'], {
    env: checkout.env,
  }).catch((error: { stderr: string }) => error);
  expect(refused.stderr).toContain('is not the program we know');
});

test.skipIf(process.getuid?.() !== 0)(
  'a checkout that our accounts cannot read is one sentence with the cure',
  async () => {
    const checkout = await makeCheckout();
    await start(checkout).then(({ bootstrap }) => bootstrap.kill('SIGTERM'));
    const refusal = (): Promise<string> =>
      run('node', [join(checkout.root, 'scripts/bootstrap.mjs'), 'start'], checkout).then(
        () => 'it started',
        ({ stderr }: { stderr: string }) => stderr,
      );
    await chmod(checkout.root, 0o700);
    expect(await refusal()).toContain(`chmod -R go+rX ${checkout.root}`);
    await chmod(checkout.root, 0o755);
    await chmod(join(checkout.root, 'package.json'), 0o600);
    expect(await refusal()).toContain('package.json');
  },
);
