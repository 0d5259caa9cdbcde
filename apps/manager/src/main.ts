import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { ClawholdError } from '@clawhold/spec/error';
import { ensureAccounts, ownAccount } from './accounts.ts';
import { homeFolder } from './home.ts';
import { requireLauncher } from './launcher.ts';
import { errorText, logLine } from './log.ts';
import { report } from './report.ts';
import { userRuntimeFolder } from './runtime-folder.ts';
import { sandboxDriver } from './sandbox-driver.ts';
import { becomeManager } from './single.ts';
import { onStage, type Places, stageCommand, stagedPlaces } from './stage.ts';

/** The service manager: `main.ts VERSION LAUNCHER`. Reports on stdout, ends with its installation on SIGTERM. */
const staged = '--staged';
const firstStartFlag = '--first-start';
const firstSandboxId = 700_000;
const root = dirname(dirname(dirname(import.meta.dirname)));
const isRoot = process.getuid?.() === 0;
const isStaged = process.argv.includes(staged);
const flags = new Set([staged, firstStartFlag]);
const [version = '0.0.0', launcher = ''] = process.argv.slice(2).filter((argument) => !flags.has(argument));

async function main(): Promise<void> {
  const began = performance.now();
  requireLauncher(launcher); // before anything is made
  const driver = sandboxDriver(process.env);
  const home = homeFolder(process.env);
  const isFirst = process.argv.includes(firstStartFlag) || !existsSync(home);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const node = dirname(realpathSync(process.execPath));
  if (isRoot && !isStaged) return becomeStaged({ app: root, home, node }, isFirst);
  const release = becomeManager(home);
  const places: Places = isStaged
    ? stagedPlaces
    : { app: root, home, node, runtime: userRuntimeFolder(home, process.env) };
  try {
    // Not before: as root this process runs twice, and only here, on the stage, does it need more than the stage.
    const { startInstallation } = await import('./installation.ts');
    const installation = await startInstallation({
      version,
      places,
      hostHome: realpathSync(home),
      accounts: isRoot ? ensureAccounts() : ownAccount(),
      environment: process.env,
      port: Number(process.env['CLAWHOLD_PORT'] ?? 7_777),
      launcher,
      driver,
      firstSandboxId: isRoot ? firstSandboxId : null,
    });
    becomeManager(home, installation);
    const ending = endAsked();
    const milliseconds = Math.round(performance.now() - began);
    report({ kind: 'ready', url: installation.url, tier: installation.tier, firstStart: isFirst, milliseconds });
    await ending;
    await installation.stop();
  } finally {
    release();
  }
}

/** Replaces this process: from now on its code, like that of all others, comes from the stage. */
function becomeStaged(sources: Pick<Places, 'app' | 'home' | 'node'>, isFirst: boolean): void {
  const words = [staged, ...(isFirst ? [firstStartFlag] : []), version, onStage(root, launcher)];
  const command = stageCommand(sources, [onStage(root, import.meta.filename), ...words]);
  const [file = ''] = command;
  process.execve?.(file, [...command], process.env);
}

/** SIGTERM or SIGINT, or the end of whoever started us and holds our stdin. */
async function endAsked(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve());
    if (process.env['CLAWHOLD_DETACHED'] === '1') return;
    process.stdin
      .on('end', () => resolve())
      .on('error', () => resolve())
      .resume();
  });
}

process.on('uncaughtExceptionMonitor', (error) => logLine(errorText(error)));
try {
  await main();
  process.exit(0);
} catch (error) {
  if (error instanceof ClawholdError) {
    const { code, message, hint } = error;
    report({ kind: 'failed', code, message, ...(hint === undefined ? {} : { hint }) });
  } else {
    console.error(error);
    logLine(errorText(error));
    report({ kind: 'failed', code: 'gateway_internal', message: 'Something went wrong while starting.' });
  }
  process.exit(1);
}
