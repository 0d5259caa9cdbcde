import { spawn } from 'node:child_process';
import { buffer, text } from 'node:stream/consumers';
import type { TreeJobResult, TreeJobs } from '../tree-jobs.ts';

/** Who a test acts as. */
export interface Account {
  readonly title: string;
  readonly uid: number;
  readonly gid: number;
}

/** Runs a program to its end as an account. A process that was killed has status -1. */
export async function runAs(
  account: Account,
  program: string,
  argv: readonly string[],
  stdin: Uint8Array = new Uint8Array(),
  environment: Readonly<Record<string, string>> = {},
): Promise<TreeJobResult> {
  const own = process.getuid?.() === account.uid;
  const child = spawn(program, argv, {
    stdio: 'pipe',
    env: environment,
    ...(own ? {} : { uid: account.uid, gid: account.gid }),
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? -1));
  });
  const [stdout, stderr, status] = await Promise.all([buffer(child.stdout), text(child.stderr), ended]);
  return { status, stdout, stderr };
}

/** File jobs as processes of an account, the way the launcher runs them. */
export function processJobs(
  account: Account,
  program: string,
  environment: Readonly<Record<string, string>> = {},
): TreeJobs {
  return { job: (argv, stdin) => runAs(account, program, argv, stdin, environment) };
}
