import { execFile } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeProductPlace, startProduct, verifies } from '@clawhold/testkit';
import { tourPolicy } from '@clawhold/tour';
import { expect, test, vi } from 'vitest';
import { operator, patience, printed } from './answers.ts';
import { setUpTour } from './tour-work.ts';

vi.setConfig({ testTimeout: 240_000 });

const twoOthers = 'to: { parameter: destination }, approvers: 2, not: requester }';
const policy = tourPolicy().replace('to: { parameter: destination } }', twoOthers);

test(
  verifies('product.several-people', 'a payment waits for two people who did not start the run, and is made once'),
  async () => {
    expect(policy).toContain(twoOthers);
    await using place = await makeProductPlace();
    await using product = await startProduct(place);
    await using work = await setUpTour({ place, seed: 3, policy });

    /** The command as somebody else runs it, with nothing but an address and a token of their own. */
    const as = async (tokenFile: string, ...words: readonly string[]): Promise<string> => {
      const environment = {
        PATH: process.env['PATH'],
        HOME: place.folder,
        CLAWHOLD_HOME: join(place.folder, 'elsewhere'),
        CLAWHOLD_URL: product.url,
        CLAWHOLD_TOKEN_FILE: tokenFile,
      };
      const [file, ...rest] = place.command('cli', words);
      const ran = await promisify(execFile)(file, rest, { env: environment }).catch(
        (error: { stdout: string; stderr: string }) => error,
      );
      return ran.stdout + ran.stderr;
    };
    const [ada, bob] = [join(place.folder, 'ada'), join(place.folder, 'bob')];
    expect((await place.cli('people', 'add', 'ada', '--token-file', ada)).status).toBe(0);
    expect((await stat(ada)).mode & 0o777).toBe(0o600);
    expect((await place.cli('people', 'add', 'eve', '--token-file', ada)).status).toBe(1);
    const added = printed<{ token: string }>(await place.cli('people', 'add', 'bob', '--json'));
    await writeFile(bob, added.token, { mode: 0o644 });
    expect(await as(bob, 'approvals')).toContain('Others may read');
    await writeFile(`${bob}.own`, added.token, { mode: 0o600 });
    expect(printed<{ name: string }[]>(await place.cli('people', '--json')).map(({ name }) => name)).toEqual([
      'ada',
      'bob',
    ]);

    const run = await work.begin();
    const pending = async () => {
      const { data } = await operator(product).GET('/approvals', { params: { query: { run } } });
      return data?.approvals.find(({ action }) => JSON.stringify(action).includes('/payments'));
    };
    await expect.poll(pending, patience).toBeDefined();
    const id = (await pending())?.id ?? '';
    expect(await pending()).toMatchObject({ requester: 'operator', yourYes: 'excluded' });

    expect((await place.cli('approve', id)).stdout + (await place.cli('approve', id)).stderr).toContain(
      'whoever did is not one of those who may agree',
    );
    expect(await as(ada, 'approvals')).toContain('0 of 2 different people agreed; not operator, who started the run');
    expect(await as(ada, 'approve', id)).toContain('1 of 2 different people agreed (ada)');
    expect(await as(ada, 'approve', id)).toContain('ada has agreed');
    expect(await as(ada, 'runs')).toContain('ada may answer questions, and nothing else');
    expect((await place.cli('approvals')).stdout).toContain('1 of 2 different people agreed (ada)');
    expect(work.finance.state.payments).toEqual([]);
    expect(await as(`${bob}.own`, 'approve', id)).toContain('Approved');
    await expect.poll(() => work.finance.state.payments.length, patience).toBe(1);

    expect((await place.cli('people', 'remove', 'ada')).status).toBe(0);
    expect(await as(ada, 'approvals')).toContain('is not one of the Clawhold that runs');
    const story = (await place.cli('show', run)).stdout;
    expect(story).toContain('ada agreed');
    expect((await readFile(ada, 'utf8')).trim()).toMatch(/^[\w-]{43}$/);
    await place.cli('stop', run);
    expect(printed(await place.cli('audit', 'verify', '--json'))).toMatchObject({ kind: 'intact' });
  },
);
