import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeTestLedger } from './testing/database.ts';
import { makeEvents } from './testing/events.ts';

const socketName = '.s.PGSQL.5432';

interface LossyWay {
  readonly url: string;
  /** The next answer to an insert is lost, and the connection with it. */
  loseNextAnswer(): void;
}

/** A way to a database on which answers can get lost. */
async function makeLossyWay(url: string): Promise<LossyWay> {
  const address = new URL(url);
  const target = join(address.searchParams.get('host') ?? '', socketName);
  const folder = await temporaryFolder();
  let isLosing = false;
  const server = createServer((client) => {
    const database = connect(target);
    client.on('error', () => database.destroy()).on('close', () => database.destroy());
    database.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.pipe(database);
    database.on('data', (answer) => {
      if (!isLosing || !answer.includes('INSERT 0 ')) return client.write(answer);
      isLosing = false;
      return client.destroy();
    });
  });
  server.listen(join(folder, socketName));
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  address.searchParams.set('host', folder);
  return {
    url: address.href,
    loseNextAnswer() {
      isLosing = true;
    },
  };
}

describe('a connection that is lost in the middle', () => {
  test(verifies('ledger.database-lost', 'after the commit: the records are found, and not stored twice'), async () => {
    const made = await makeTestLedger();
    const way = await makeLossyWay(made.options.url);
    const ledger = await made.open({ url: way.url });
    await ledger.append(makeEvents(2));
    way.loseNextAnswer();
    const receipts = await ledger.append(makeEvents(3));
    expect(receipts.map(({ sequence }) => sequence)).toEqual([3, 4, 5]);
    await ledger.append(makeEvents(1));
    expect(await ledger.verify()).toMatchObject({ kind: 'intact', records: 6, headSource: 'outside' });
  });

  test(verifies('ledger.database-lost', 'before the commit: the records are sent once more'), async () => {
    const made = await makeTestLedger();
    const ledger = await made.open();
    await ledger.append(makeEvents(2));
    const blocker = new pg.Client({ connectionString: made.options.url });
    await blocker.connect();
    onTestFinished(() => blocker.end());
    await blocker.query('begin; lock table ledger_entry in exclusive mode');
    const appending = ledger.append(makeEvents(3));
    const waiting = `select pg_terminate_backend(pid) as ended from pg_stat_activity
      where application_name = 'clawhold ledger' and datname = current_database() and wait_event_type = 'Lock'`;
    await expect.poll(() => made.attack(waiting)).toEqual([{ ended: true }]);
    await blocker.query('rollback');
    expect((await appending).map(({ sequence }) => sequence)).toEqual([3, 4, 5]);
    await ledger.append(makeEvents(1));
    expect(await made.attack('select 1 from ledger_entry')).toHaveLength(6);
    expect(await ledger.verify()).toMatchObject({ kind: 'intact', records: 6, headSource: 'outside' });
  });
});
