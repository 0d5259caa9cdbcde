import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ManagerReport } from '@clawhold/spec';
import { ClawholdError } from '@clawhold/spec/error';
import { findLauncher } from './find-launcher.ts';
import { manager, version } from './places.ts';

export type Ready = Extract<ManagerReport, { kind: 'ready' }>;

export interface RunningInstallation {
  readonly ready: Ready;
  /** Asks it to end, and settles when everything has. */
  stop(): Promise<void>;
  /** Settles when it ended, for whatever reason, with its exit code. */
  readonly ended: Promise<number>;
}

export interface LaunchOptions {
  readonly onReport: (report: ManagerReport) => void;
  /** Leave it running when this process ends; its reports are then read until it is ready only. */
  readonly detached: boolean;
}

/** Starts the manager and waits until everything is ready. @throws ClawholdError what the manager says of itself. */
export async function launchManager({ onReport, detached }: LaunchOptions): Promise<RunningInstallation> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', manager, version, await findLauncher()],
    // Its stdin is its lifeline: it ends when we do, however we end. Detached it has none, and holds nothing of ours:
    // whoever reads our stderr to its end would wait as long as it runs.
    {
      stdio: detached ? ['ignore', 'pipe', 'ignore'] : ['pipe', 'pipe', 'inherit'],
      detached: true,
      env: { ...process.env, CLAWHOLD_DETACHED: detached ? '1' : '' },
    },
  );
  const ended = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  const ready = await untilReady(child, onReport);
  if (detached) {
    child.stdout?.destroy();
    child.unref();
  }
  return {
    ready,
    ended,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function untilReady(child: ChildProcess, onReport: (report: ManagerReport) => void): Promise<Ready> {
  return new Promise((resolve, reject) => {
    let told = false; // how its start ended
    if (child.stdout !== null)
      createInterface({ input: child.stdout }).on('line', (line) => {
        const report = JSON.parse(line) as ManagerReport; // our own manager's line
        onReport(report);
        told ||= report.kind === 'ready' || report.kind === 'failed';
        if (report.kind === 'ready') resolve(report);
        if (report.kind === 'failed') {
          const { code, message, hint } = report;
          reject(new ClawholdError(code, message, hint === undefined ? {} : { hint }));
        }
      });
    // Not "exit": its last line may still be on the way then.
    child.once('close', (status) => {
      if (told) return;
      const code = 'gateway_start_failed';
      const message = `The manager ended while it was starting (status ${status ?? 'killed'}).`;
      onReport({ kind: 'failed', code, message });
      reject(new ClawholdError(code, message));
    });
  });
}
