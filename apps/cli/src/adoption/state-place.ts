import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ClawholdError } from '@clawhold/spec/error';

const run = promisify(execFile);
const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * Where the supervisor keeps what agents keep. The folder belongs to the supervisor's account, so no path in it is
 * followed: it is opened once, and what is put or taken there is put or taken in that folder.
 */
export interface StatePlace extends AsyncDisposable {
  /** Whether the agent keeps something, from earlier times. */
  has(agent: string): Promise<boolean>;
  /** Puts a folder there as what the agent keeps, at once and whole. @throws ClawholdError `state_agent_keeps`. */
  put(agent: string, folder: string): Promise<void>;
  /** Moves what the agent keeps into `folder`, which must be on the same file system. */
  take(agent: string, folder: string): Promise<void>;
}

/** @throws ClawholdError `state_never_started`. */
export async function openStatePlace(home: string): Promise<StatePlace> {
  const supervisor = await open(join(home, 'supervisor'), flags).catch(() => {
    throw new ClawholdError(
      'state_never_started',
      'There is no installation of Clawhold here that could have agents.',
      {
        hint: 'Start it once: npx clawhold up',
      },
    );
  });
  const { uid, gid } = await supervisor.stat();
  const agents = await openAgents(supervisor);
  const placeOf = (agent: string): string => `/proc/self/fd/${agents.fd}/${agent}`;
  return {
    has: async (agent) => (await lstat(placeOf(agent)).catch(() => undefined)) !== undefined,
    async put(agent, folder) {
      if (process.getuid?.() === 0) await run('chown', ['-RhP', `${uid}:${gid}`, '--', folder]);
      // What is there already is no empty folder, and so it stays.
      await rename(folder, placeOf(agent)).catch((error: NodeJS.ErrnoException) => {
        throw error.code === 'ENOTEMPTY' || error.code === 'EEXIST' ? keeps(agent) : error;
      });
    },
    take: (agent, folder) => rename(placeOf(agent), folder),
    async [Symbol.asyncDispose]() {
      await agents.close();
      await supervisor.close();
    },
  };
}

async function openAgents(supervisor: FileHandle): Promise<FileHandle> {
  const path = `/proc/self/fd/${supervisor.fd}/agents`;
  const { uid, gid } = await supervisor.stat();
  const made = await mkdir(path, { mode: 0o700 }).then(
    () => true,
    () => false,
  );
  const agents = await open(path, flags);
  if (made && process.getuid?.() === 0) await agents.chown(uid, gid);
  return agents;
}

export function keeps(agent: string): ClawholdError {
  return new ClawholdError('state_agent_keeps', `An agent "${agent}" was here before, and what it kept still is.`, {
    hint: 'Take another name.',
  });
}
