import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { ClawholdError } from '@clawhold/spec';
import { ensureAccounts, ownAccount } from './accounts.ts';
import { homeFolder } from './home.ts';
import { requireLauncher, startInstallation } from './installation.ts';
import { report } from './report.ts';
import { userRuntimeFolder } from './runtime-folder.ts';
import { becomeManager } from './single.ts';
import { enterStage, ownMountNamespace, type Places } from './stage.ts';

/** The service manager: `main.ts VERSION LAUNCHER`. Reports on stdout, ends with its installation on SIGTERM. */
const staged = '--staged';
const firstSandboxId = 700_000;
const root = dirname(dirname(dirname(import.meta.dirname)));
const isRoot = process.getuid?.() === 0;
const argv = process.argv.slice(2).filter((argument) => argument !== staged);

// As root everything happens in a mount namespace of our own. The process becomes unshare, which becomes us again.
if (isRoot && !process.argv.includes(staged)) {
  const [file, ...rest] = ownMountNamespace([
    process.execPath,
    ...process.execArgv,
    import.meta.filename,
    staged,
    ...argv,
  ]);
  process.execve?.(`/usr/bin/${file}`, [file ?? '', ...rest], process.env);
}

async function main(): Promise<void> {
  const began = performance.now();
  const [version = '0.0.0', launcher = ''] = argv;
  const home = homeFolder(process.env);
  const firstStart = !existsSync(home);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const release = becomeManager(home);
  const places = findPlaces(home);
  const installation = await startInstallation({
    version,
    places,
    accounts: isRoot ? ensureAccounts() : ownAccount(),
    environment: process.env,
    port: Number(process.env['CLAWHOLD_PORT'] ?? 7_777),
    launcher: requireLauncher(isRoot ? launcher.replace(root, places.app) : launcher),
    firstSandboxId: isRoot ? firstSandboxId : null,
  });
  becomeManager(home, installation);
  const ending = endAsked();
  const milliseconds = Math.round(performance.now() - began);
  report({ kind: 'ready', url: installation.url, tier: installation.tier, firstStart, milliseconds });
  await ending;
  await installation.stop();
  release();
}

function findPlaces(home: string): Places {
  const node = dirname(realpathSync(process.execPath));
  if (isRoot) return enterStage({ app: root, home, node });
  return { app: root, home, node, runtime: userRuntimeFolder(home, process.env) };
}

/** SIGTERM or SIGINT, or the end of whoever started us and holds our stdin. */
async function endAsked(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve());
    process.stdin
      .on('end', () => resolve())
      .on('error', () => resolve())
      .resume();
  });
}

try {
  await main();
  process.exit(0);
} catch (error) {
  if (error instanceof ClawholdError) {
    const { code, message, hint } = error;
    report({ kind: 'failed', code, message, ...(hint === undefined ? {} : { hint }) });
  } else {
    console.error(error);
    report({ kind: 'failed', code: 'gateway_internal', message: 'Something went wrong while starting.' });
  }
  process.exit(1);
}
