import { execFile } from 'node:child_process';
import type { StatsFs } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { ClawholdError } from '@clawhold/spec';
import { findManager, homeFolder } from '../connection/home.ts';
import { examineDriver } from '../doctor/driver.ts';
import type { Finding } from '../doctor/finding.ts';
import { examineKernel, type KernelProbe } from '../doctor/kernel.ts';
import { findLauncher } from '../manager/find-launcher.ts';
import { paint } from '../terminal/output.ts';
import type { AddCommand } from './command.ts';

const run = promisify(execFile);
const marks = { good: paint.good('✓'), warning: paint.warn('!'), bad: paint.bad('✗') } as const;
const leastFreeBytes = 1024 ** 3;

/** Asks the launcher itself: it tries. */
async function examineMachine(): Promise<readonly Finding[]> {
  try {
    const { stdout } = await run(await findLauncher(), ['probe']);
    return examineKernel(JSON.parse(stdout) as KernelProbe); // our own launcher's line
  } catch (error) {
    const hint = error instanceof ClawholdError && error.hint !== undefined ? ` ${error.hint}` : '';
    return [
      { subject: 'launcher', state: 'bad', text: `${error instanceof Error ? error.message : String(error)}${hint}` },
    ];
  }
}

/** The disk on which the home is, or would be made. */
async function diskOf(home: string): Promise<StatsFs> {
  try {
    return await statfs(home);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(home) === home) throw error;
    return diskOf(dirname(home));
  }
}

async function examineDisk(home: string): Promise<Finding> {
  const { bavail, bsize } = await diskOf(home);
  const free = bavail * bsize;
  const text = `${(free / 1024 ** 3).toFixed(1)} GiB free at ${home}`;
  return { subject: 'disk', state: free < leastFreeBytes ? 'warning' : 'good', text };
}

export const addDoctor: AddCommand = (program, session) => {
  program
    .command('doctor')
    .description('look at this machine and say what is missing for Clawhold')
    .action(async () => {
      const home = homeFolder();
      const manager = findManager(home);
      const findings: Finding[] = [
        { subject: 'node', state: 'good', text: process.version },
        ...(await examineMachine()),
        examineDriver(process.env),
        await examineDisk(home),
        {
          subject: 'exposure',
          state: 'good',
          text: 'the gateway listens on 127.0.0.1 only, and refuses any other address',
        },
        {
          subject: 'running',
          state: 'good',
          text: manager?.url === undefined ? 'not running' : `at ${manager.url}, process ${manager.pid}`,
        },
      ];
      session().output.result({ findings }, () =>
        findings.map(({ subject, state, text }) => `${marks[state]} ${subject.padEnd(10)} ${text}`).join('\n'),
      );
      if (findings.some(({ state }) => state === 'bad')) process.exitCode = 1;
    });
};
