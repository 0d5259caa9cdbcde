import { ClawholdError } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { ApiHouse } from '../api/testing/api-house.ts';

const types = async (house: ApiHouse, count: number): Promise<readonly string[]> =>
  (await house.recorded()).slice(-count).map(({ type }) => type);

test(
  verifies('files.checkpoints', 'a checkpoint, and going back to one, are in the ledger and the timeline by name'),
  async () => {
    const house = await ApiHouse.open();
    const run = await house.newRun();
    const taken = await house.operator('POST', `/runs/${run}/checkpoints`, { name: 'here' });
    expect(taken.json).toMatchObject({ number: 1, name: 'here' });
    expect((await house.operator('POST', `/runs/${run}/checkpoints`, { name: '1st' })).status).toBe(400);
    const back = await house.operator('POST', `/runs/${run}/restore`, { to: 'here' });
    expect(back.json).toMatchObject({ checkpoint: { number: 1 }, left: { number: 2 } });
    expect((await house.operator('GET', `/runs/${run}/changes?from=here&to=2`)).status).toBe(200);
    expect((await house.operator('GET', `/runs/${run}/changes?from=..%2Fx`)).status).toBe(400);
    expect(await types(house, 2)).toEqual(['files.checkpoint', 'files.restored']);
    const { json } = await house.operator('GET', `/runs/${run}/timeline`);
    expect(JSON.stringify(json)).toMatch(/"kind":"checkpoint".*took the files back to checkpoint 1/s);
  },
);

test(
  verifies('files.fork', 'a fork is a run of the same conversation, there when its files are and not before'),
  async () => {
    const house = await ApiHouse.open();
    const run = await house.newRun();
    const parent = (await house.operator('GET', `/runs/${run}`)).json;
    const fork = await house.operator('POST', `/runs/${run}/fork`, { from: 'here', task: 'Another way.' });
    expect(fork.status, fork.text).toBe(201);
    const { session, folder, agent } = parent as { session: string; folder: string; agent: string };
    expect(fork.json).toMatchObject({ session, folder, agent, task: 'Another way.', state: 'queued' });
    expect(await types(house, 2)).toEqual(['run.created', 'run.forked']);
    house.supervisor = {
      forkRun: () => {
        throw new ClawholdError('state_no_such_checkpoint', 'There is no such checkpoint.', { status: 404 });
      },
    };
    const refused = await house.operator('POST', `/runs/${run}/fork`, { from: 'nowhere' });
    expect(refused.json).toMatchObject({ code: 'state_no_such_checkpoint', status: 404 });
    const { json } = await house.operator('GET', '/runs');
    expect((json as { runs: unknown[] }).runs).toHaveLength(2);
    expect(await types(house, 2)).toEqual(['run.created', 'run.forked']);
  },
);
