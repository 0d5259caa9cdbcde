import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { findManager, homeFolder } from '../connection/home.ts';
import { findLauncher } from '../manager/places.ts';
import { paint } from '../terminal/output.ts';
import type { AddCommand } from './command.ts';

interface Finding {
  readonly subject: string;
  readonly state: 'good' | 'warning' | 'bad';
  readonly text: string;
}

const run = promisify(execFile);
const marks = { good: paint.good('✓'), warning: paint.warn('!'), bad: paint.bad('✗') } as const;
const leastFreeBytes = 1024 ** 3;

/** What the kernel allows, asked of the launcher itself: it tries, and says how to allow what is forbidden. */
async function examineKernel(): Promise<Finding[]> {
  try {
    const { stdout } = await run(await findLauncher(), ['probe']);
    const probe = JSON.parse(stdout) as Record<string, unknown>; // printed as text for people, whatever it holds
    const problem = Object.entries(probe).find(([name]) => name === 'problem' || name === 'hint')?.[1];
    const facts = Object.entries(probe)
      .filter(([, value]) => typeof value !== 'object')
      .map(([name, value]) => `${name} ${String(value)}`)
      .join(', ');
    return [
      {
        subject: 'kernel',
        state: problem === undefined || problem === null ? 'good' : 'bad',
        text: String(problem ?? facts),
      },
    ];
  } catch (error) {
    return [{ subject: 'launcher', state: 'bad', text: error instanceof Error ? error.message : String(error) }];
  }
}

async function examineDisk(home: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(dirname(home));
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
      const isRoot = process.getuid?.() === 0;
      const findings: Finding[] = [
        { subject: 'node', state: 'good', text: process.version },
        ...(await examineKernel()),
        {
          subject: 'isolation',
          state: isRoot ? 'good' : 'warning',
          text: isRoot
            ? 'sandboxed: every sandbox has a host id of its own'
            : 'same-user: sandboxes run under your own id; started as root each has an id of its own',
        },
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
