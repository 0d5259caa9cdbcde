import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { builtPrograms, temporaryFolder } from '@clawhold/testkit';

const run = promisify(execFile);

interface Ending {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command as a person's shell runs it, with a home where nothing runs. */
export async function clawhold(...words: readonly string[]): Promise<Ending> {
  const home = await temporaryFolder();
  const main = join(await builtPrograms(), 'cli.js');
  const env = { PATH: process.env['PATH'], HOME: home, CLAWHOLD_HOME: join(home, 'no/home') };
  try {
    const { stdout, stderr } = await run(process.execPath, [main, ...words], { env });
    return { status: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }; // of execFile
    return { status: code, stdout, stderr };
  }
}
