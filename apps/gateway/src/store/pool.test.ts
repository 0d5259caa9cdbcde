import { cloneDatabase, verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { openPool } from './pool.ts';

const killAll = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`;

test(
  verifies(
    'gateway.outlives-database',
    'a connection that breaks while it is handed out ends a query, not the process',
  ),
  async () => {
    const { url } = await cloneDatabase();
    const lost: Error[] = [];
    const pool = openPool(url, { max: 2, onLost: (error) => lost.push(error) });
    const killer = openPool(url, { max: 1 });
    onTestFinished(async () => void (await Promise.all([pool.end(), killer.end()])));
    // One in the middle of a transaction, between two queries; one idle.
    const client = await pool.connect();
    await client.query('begin');
    await pool.query('select 1');
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    await killer.query(killAll);
    await ended;
    await expect(client.query('select 1')).rejects.toThrow();
    client.release(true);
    await expect.poll(() => lost.length).toBe(1);
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  },
);
