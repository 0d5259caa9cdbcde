import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { House } from './testing/house.ts';

async function houseWithProgram(): Promise<House> {
  const house = await House.open();
  house.plane.manifest = 'name: coder\ndescription: d\nharness: command\ncommand: [coder]\n';
  return house;
}

test(
  verifies('agents.crash', 'a run whose agent is a program is one step, also when the worker dies in the middle of it'),
  async () => {
    const house = await houseWithProgram();
    let finish = (_said: string): void => undefined;
    const begun = Promise.withResolvers<void>();
    const ended = new Promise<string>((resolve) => {
      finish = resolve;
    });
    house.data.tools = {
      program: () => {
        begun.resolve();
        return ended;
      },
    };
    const run = house.plane.addRun({ task: 'write b.txt' });
    const first = await house.startWorker();
    await begun.promise;
    first.process.kill('SIGKILL');
    await first.exited;
    finish('Wrote b.txt.');
    await house.startWorker();
    expect(await house.ended(run)).toMatchObject({
      state: 'finished',
      outcome: 'Wrote b.txt.',
      selfCheck: 'unverified',
    });
    expect(house.data.effects).toHaveLength(1);
    expect(new Set(house.data.attempts).size).toBe(1);
    expect(house.modelRequests).toBe(0);
    expect(house.data.closed).toContain(run.id);
  },
);

test('a run waits while a person is asked about a call of its program, and ends with the reason when it cannot start', async () => {
  const house = await houseWithProgram();
  house.data.programStates = ['waiting', 'running', 'waiting'];
  house.data.tools = { program: () => 'Done.' };
  const moved: string[] = [];
  const run = house.plane.addRun({ task: 'write b.txt' });
  house.boundary = (name) => {
    const { state } = house.plane.run(run.id);
    if (name.startsWith('before runProgram')) moved.push(state);
  };
  await house.startWorker();
  expect(await house.ended(run)).toMatchObject({ state: 'finished', outcome: 'Done.' });
  expect(moved).toEqual(['running', 'waiting', 'running', 'waiting']);

  house.data.tools = {};
  const refused = house.plane.addRun({ task: 'write c.txt' });
  expect(await house.ended(refused)).toMatchObject({ state: 'failed', outcome: 'There is no tool program.' });
});
