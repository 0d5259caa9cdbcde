import { verifies } from '@clawhold/testkit';
import { describe, expect, test } from 'vitest';
import { testAccounts } from './testing/accounts.ts';
import { makeStage } from './testing/stage.ts';
import { measureView } from './usage.ts';

const stage = await makeStage();
const most = { bytes: 1024 ** 4, entries: 1_000_000 };

describe.each(await testAccounts())('as $title', (account) => {
  const jobs = stage.jobs(account);
  const content = 'x'.repeat(20_000);

  test(verifies('sandbox.disk-quota', 'what a run wrote is counted, with its checkpoints, and once'), async () => {
    await using world = await stage.world(account, [['write', 'theirs', '', content]]);
    expect(await measureView(jobs, world.view, most)).toEqual({ bytes: 0, entries: 0 });
    await world.run([
      ['mkdir', 'a'],
      ['write', 'a/one', '', content],
      ['link', 'a/one', 'two'],
    ]);
    const one = await measureView(jobs, world.view, most);
    expect(one.entries).toBe(3);
    expect(one.bytes).toBeGreaterThanOrEqual(20_000);
    expect(one.bytes).toBeLessThan(40_000);
    await world.checkpoint();
    await world.run([['write', 'three', '', content]]);
    const both = await measureView(jobs, world.view, most);
    expect(both.entries).toBe(4);
    expect(both.bytes).toBeGreaterThanOrEqual(40_000);
    expect((await measureView(jobs, world.view, { ...most, entries: 1 })).entries).toBe(2);
  });

  test(verifies('sandbox.disk-quota', 'a folder too deep to be counted is too much'), async () => {
    await using world = await stage.world(account);
    await world.run([['nest', 'n'.repeat(40), '', '120']]);
    expect((await measureView(jobs, world.view, most)).entries).toBeGreaterThan(most.entries);
  });
});
