import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const name = 'clawhold-test';

/** An account without privileges. */
export interface OrdinaryUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * An ordinary account to run things as: our own, or, as root, the system account `clawhold-test`, which is made when it
 * is missing and stays. It has no home, no password and no shell.
 */
export async function ordinaryUser(): Promise<OrdinaryUser> {
  const own = userInfo();
  if (own.uid !== 0) return { name: own.username, uid: own.uid, gid: own.gid };
  for (let attempt = 0; attempt < 50; attempt++) {
    const found = await lookUp();
    if (found !== undefined) return found;
    // Fails when another test file is adding it at this moment; then the next look finds it.
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name]).catch(
      () => sleep(100),
    );
  }
  throw new Error(`the account ${name} could not be made with useradd`);
}

async function lookUp(): Promise<OrdinaryUser | undefined> {
  const line = await run('getent', ['passwd', name]).then(
    ({ stdout }) => stdout,
    () => '',
  );
  const [, , uid, gid] = line.split(':');
  return uid === undefined || gid === undefined ? undefined : { name, uid: Number(uid), gid: Number(gid) };
}
