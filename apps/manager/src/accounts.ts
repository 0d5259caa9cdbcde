import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ClawholdError } from '@clawhold/spec/error';

/** A user and a group, by number. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * What has an account of its own when root starts it: our processes, and npm while it installs a third-party agent
 * (`clawhold agent create`).
 */
export const accountNames = ['postgres', 'api', 'worker', 'supervisor', 'installer'] as const;
export type AccountName = (typeof accountNames)[number];

export interface Accounts {
  /** Members may pass the folders of the sockets between our processes. */
  readonly group: number;
  readonly of: Readonly<Record<AccountName, Account>>;
}

const group = 'clawhold';
const alone: ReadonlySet<AccountName> = new Set(['postgres', 'installer']);

/**
 * Finds or makes the system accounts `clawhold-postgres`, `-api`, `-worker`, `-supervisor` and `-installer`, and their
 * group, by the machine's own `useradd` and `groupadd`.
 *
 * @throws ClawholdError `host_account_failed`.
 */
export function ensureAccounts(): Accounts {
  if (find('/etc/group', group) === undefined) run('groupadd', '--system', group);
  const gid = Number(find('/etc/group', group)?.[2]);
  const entries = accountNames.map((name) => [name, ensureUser(`clawhold-${name}`, !alone.has(name))] as const);
  // Every name of accountNames is there.
  return { group: gid, of: Object.fromEntries(entries) as Record<AccountName, Account> };
}

/** An ordinary user is all of them. */
export function ownAccount(): Accounts {
  const account = { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
  return {
    group: account.gid,
    of: { postgres: account, api: account, worker: account, supervisor: account, installer: account },
  };
}

/** A member's primary group is ours; the others have one of their own and pass none of our folders. */
function ensureUser(name: string, isMember: boolean): Account {
  if (find('/etc/passwd', name) === undefined)
    run(
      'useradd',
      ...(['--system', ...(isMember ? ['--gid', group] : ['--user-group'])] as const),
      ...(['--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin', name] as const),
    );
  const [, , uid, gid] = find('/etc/passwd', name) ?? [];
  if (Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) };
  throw failed(name);
}

/** The fields of a line of passwd(5) or group(5). */
function find(file: string, name: string): readonly string[] | undefined {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find((fields) => fields[0] === name);
}

function run(program: string, ...args: readonly string[]): void {
  // /usr/sbin is not on every PATH.
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
  const result = spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, PATH: path } });
  if (result.status !== 0) throw failed(args.at(-1) ?? program, result.stderr?.trim());
}

function failed(name: string, why?: string): ClawholdError {
  return new ClawholdError('host_account_failed', `The account ${name} could not be made${why ? `: ${why}` : ''}.`, {
    hint: 'Make it yourself with useradd --system, or start Clawhold as an ordinary user.',
  });
}
