import { chmod, chown, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandResult, OrdinaryUser, ProductPlace } from '@clawhold/testkit';
import { createTourFolder, type FinanceApi, startFinanceApi, tourModel, tourName, tourTask } from '@clawhold/tour';

/** The tour's task set up by hand, so that a test can choose its policy. */
export interface TourWork extends AsyncDisposable {
  readonly folder: string;
  /** The company's finance system: what was done to it is in its state. */
  readonly finance: FinanceApi;
  /** Gives the agent to the model, and answers when the run has ended. */
  run(): Promise<CommandResult>;
  /** The same without waiting; answers with the id of the run. */
  begin(): Promise<string>;
}

export interface TourWorkOptions {
  readonly place: ProductPlace;
  readonly seed: number;
  /** Of the agent, as YAML. */
  readonly policy: string;
  /** Who runs the product when that is not us. */
  readonly account?: OrdinaryUser;
}

/** Makes the folder of invoices, starts the finance system and publishes the policy. The product must run. */
export async function setUpTour({ place, seed, policy, account }: TourWorkOptions): Promise<TourWork> {
  const folder = join(place.folder, `invoices-${seed}`);
  await mkdir(folder, { recursive: true });
  await createTourFolder(folder, seed);
  if (account !== undefined) await giveTo(account, folder);
  const socketPath = join(place.home, 'services', 'finance.sock');
  const finance = await startFinanceApi({ socketPath });
  // Like any service of a host, it decides itself who may connect.
  await chmod(socketPath, 0o777);
  await writeFile(join(place.home, 'configuration', 'policies', `${tourName}.yaml`), policy);
  const reloaded = await place.cli('policy', 'reload', '--json');
  if (reloaded.status !== 0) throw new Error(`the policy was not loaded: ${reloaded.stdout}`);
  const words = ['run', tourTask, '--dir', folder, '--agent', tourName, '--model', tourModel, '--json'];
  return {
    folder,
    finance,
    run: () => place.cli(...words),
    async begin() {
      const { stdout, stderr } = await place.cli(...words, '--detach');
      const run = (JSON.parse(stdout) as { id?: string }).id; // the command's own result
      if (run === undefined) throw new Error(`the run did not begin: ${stdout}${stderr}`);
      return run;
    },
    [Symbol.asyncDispose]: () => finance.close(),
  };
}

/** Makes an account the owner of a folder and all that is in it. */
export async function giveTo({ uid, gid }: OrdinaryUser, folder: string): Promise<void> {
  await chown(folder, uid, gid);
  for (const name of await readdir(folder, { recursive: true })) await chown(join(folder, name), uid, gid);
}
