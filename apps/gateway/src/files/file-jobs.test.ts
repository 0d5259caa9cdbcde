import { callRoute } from '@clawhold/channel';
import { apiRoutes, ClawholdError, type RunId } from '@clawhold/spec';
import { scale, verifies } from '@clawhold/testkit';
import pg from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ApiHouse } from '../api/testing/api-house.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Digest of the list that the person saw. */
const shown = 'ab'.repeat(32);
const patience = { timeout: 60_000, interval: 50 };

async function endedRun(house: ApiHouse): Promise<RunId> {
  const run = await house.newRun();
  const end = { run, state: 'finished', outcome: 'done', usage: null } as const;
  await callRoute(house.channels.worker, apiRoutes.updateRun, end);
  return run;
}

const filesOf = async (house: ApiHouse, run: RunId): Promise<unknown> =>
  (await house.sql('select files from run where id = $1', [run]))[0]?.['files'];

const fileEvents = async (house: ApiHouse): Promise<readonly string[]> =>
  (await house.recorded()).map(({ type }) => type).filter((type) => type.startsWith('files.'));

test(verifies('gateway.files-one-at-a-time', 'of twenty who settle a run at the same instant one wins'), async () => {
  const house = await ApiHouse.open();
  for (let round = 0; round < scale(2); round += 1) {
    const run = await endedRun(house);
    const before = house.asked.length;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        house.operator('POST', `/runs/${run}/${index % 2 === 0 ? 'keep' : 'discard'}`, { digest: shown }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { status, json } of answers.filter((answer) => answer.status !== 200)) {
      expect(status).toBe(409);
      expect(json).toMatchObject({ code: expect.stringMatching(/^state_files_(busy|settled)$/) });
    }
    expect(house.asked.slice(before).filter((name) => name === 'keep' || name === 'discard')).toHaveLength(1);
    const state = await filesOf(house, run);
    expect((await fileEvents(house)).slice(-2)).toEqual(['files.intended', `files.${String(state)}`]);
  }
});

test(verifies('gateway.files-one-at-a-time', 'while one is at it the others are told what it does'), async () => {
  const house = await ApiHouse.open();
  const run = await endedRun(house);
  const hold = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  house.supervisor = {
    keep: async () => {
      asked.resolve();
      await hold.promise;
      return { applied: true, outcomes: [] };
    },
  };
  const first = house.operator('POST', `/runs/${run}/keep`, { digest: shown });
  await asked.promise;
  expect(await fileEvents(house)).toEqual(['files.intended']);
  for (const action of ['keep', 'discard', 'undo'])
    expect((await house.operator('POST', `/runs/${run}/${action}`, { digest: shown })).json).toMatchObject({
      code: 'state_files_busy',
      title: `The file changes of ${run} are being kept at this moment.`,
    });
  hold.resolve();
  expect((await first).status).toBe(200);
  expect(await fileEvents(house)).toEqual(['files.intended', 'files.kept']);
});

/** A supervisor that keeps each list once, as the real one does, and tells when it is asked. */
function keeper(house: ApiHouse) {
  const kept = new Map<string, number>();
  const state = {
    asked: 0,
    kept,
    onAsked: async (): Promise<void> => undefined,
    onDone: async (): Promise<void> => undefined,
  };
  house.supervisor = {
    keep: async ({ run }) => {
      state.asked += 1;
      await state.onAsked();
      kept.set(run, 1);
      await state.onDone();
      return { applied: true, outcomes: [{ path: 'a', outcome: 'applied', explanation: null }] };
    },
  };
  return state;
}

/** Keeps everyone from writing to the ledger; as a full disk or a stall of the database would. */
async function holdLedger(house: ApiHouse): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: house.databaseUrl });
  await client.connect();
  onTestFinished(() => client.end().catch(() => undefined));
  await client.query('begin');
  await client.query('lock table ledger_entry in access exclusive mode');
  return async () => {
    await client.query('rollback');
    await client.end();
  };
}

/** Answers when somebody waits for that lock. */
const somebodyWaits = (house: ApiHouse): Promise<void> =>
  expect
    .poll(
      async () =>
        Number(
          (
            await house.sql(
              `select count(*) from pg_locks join pg_database on database = oid where not granted and datname = current_database()`,
            )
          )[0]?.['count'],
        ),
      patience,
    )
    .toBeGreaterThan(0);

const places = [
  'before the supervisor does it',
  'when the supervisor has done it',
  'while the end is recorded',
] as const;

test.each(places)(
  verifies(
    'gateway.files-crash',
    'an api killed in a keep, %s, leaves a record that says so, and the next one ends it',
  ),
  async (place) => {
    const house = await ApiHouse.open({ apart: true });
    const run = await endedRun(house);
    const supervisor = keeper(house);
    let release = async (): Promise<void> => undefined;
    const die = async (): Promise<void> => {
      supervisor.onAsked = supervisor.onDone = async () => undefined;
      await house.kill();
    };
    if (place === 'before the supervisor does it') supervisor.onAsked = die;
    else if (place === 'when the supervisor has done it') supervisor.onDone = die;
    else
      supervisor.onDone = async () => {
        release = await holdLedger(house);
      };
    const keeping = house.operator('POST', `/runs/${run}/keep`, { digest: shown }).catch(() => 'broken');
    if (place === 'while the end is recorded') {
      await somebodyWaits(house);
      supervisor.onDone = async () => undefined;
      await house.kill();
      await release();
    }
    expect(await keeping).toBe('broken');
    expect((await fileEvents(house))[0]).toBe('files.intended');
    expect(await filesOf(house, run)).toBe('open');

    await house.restart();
    await expect.poll(() => filesOf(house, run), patience).toBe('kept');
    expect(supervisor.kept.size).toBe(1);
    expect(supervisor.asked).toBe(2);
    expect(await fileEvents(house)).toContain('files.kept');
    expect((await house.operator('POST', `/runs/${run}/undo`)).status).toBe(200);
  },
);

test(
  verifies('gateway.files-crash', 'one that was killed before it recorded what it intends did nothing'),
  async () => {
    const house = await ApiHouse.open({ apart: true });
    const run = await endedRun(house);
    const supervisor = keeper(house);
    const release = await holdLedger(house);
    const keeping = house.operator('POST', `/runs/${run}/keep`, { digest: shown }).catch(() => 'broken');
    await somebodyWaits(house);
    await house.kill();
    await release();
    expect(await keeping).toBe('broken');
    await house.restart();
    expect(await house.sql('select * from file_job')).toEqual([]);
    expect(supervisor.asked).toBe(0);
    expect((await house.operator('POST', `/runs/${run}/keep`, { digest: shown })).status).toBe(200);
  },
);

test(
  verifies('gateway.files-crash', 'a keep whose answer was lost stays one until it is known how it ended'),
  async () => {
    const house = await ApiHouse.open();
    const run = await endedRun(house);
    let isKnown = false;
    house.supervisor = {
      keep: () => {
        if (!isKnown) throw new ClawholdError('channel_lost', 'The connection broke.', { status: 503 });
        return { applied: true, outcomes: [] };
      },
    };
    expect((await house.operator('POST', `/runs/${run}/keep`, { digest: shown })).status).toBe(503);
    expect((await house.operator('POST', `/runs/${run}/discard`)).json).toMatchObject({ code: 'state_files_busy' });
    expect(await fileEvents(house)).toEqual(['files.intended']);
    isKnown = true;
    await expect.poll(() => filesOf(house, run), patience).toBe('kept');
    expect(await fileEvents(house)).toEqual(['files.intended', 'files.kept']);
  },
);

test(
  verifies('gateway.runs-recorded-first', 'a run neither begins nor ends in the table when the ledger has it not'),
  async () => {
    const house = await ApiHouse.open({ apart: true });
    const run = await house.newRun();
    const attempts = {
      begin: () => house.operator('POST', '/runs', { task: 'Another', folder: '/srv/bills' }),
      end: () =>
        callRoute(house.channels.worker, apiRoutes.updateRun, { run, state: 'finished', outcome: 'x', usage: null }),
      stop: () => house.operator('POST', `/runs/${run}/stop`),
    };
    for (const attempt of Object.values(attempts)) {
      const release = await holdLedger(house);
      const attempted = attempt().catch(() => 'broken');
      await somebodyWaits(house);
      await house.kill();
      await release();
      expect(await attempted).toBe('broken');
      expect(await house.sql('select id, state from run')).toEqual([{ id: run, state: 'queued' }]);
      await house.restart();
    }
    await attempts.stop();
    expect((await house.recorded()).map(({ type }) => type)).toContain('run.stopped');
  },
);

test(
  verifies('gateway.stop-kills-first', 'what a killed api had no time to say of a stop is said by the next'),
  async () => {
    const house = await ApiHouse.open({ apart: true });
    const run = await house.newRun();
    await house.kill();
    // As a process leaves it that died between the record of the stop and the story of the run.
    await house.sql(`update run set state = 'stopped', ended = now() where id = $1`, [run]);
    await house.restart();
    const { json } = await house.operator('GET', `/runs/${run}/timeline`);
    expect((json as { entries: { body: unknown }[] }).entries.map(({ body }) => body)).toContainEqual(
      expect.objectContaining({ kind: 'state', state: 'stopped' }),
    );
  },
);
