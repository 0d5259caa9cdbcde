import { newDataKey } from '@clawhold/sealing';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { makeRooms, question, terms } from '../api/testing/rooms.ts';
import { createBlobStore } from '../blobs/blob-store.ts';
import { everyRow } from '../worker/testing/database-rows.ts';
import { createContentSeal } from './content.ts';

const damaged = expect.objectContaining({ code: 'gateway_sealed_content_damaged' });

test(verifies('gateway.sealed-content', 'no table holds a word that a person, a model or a tool wrote'), async () => {
  const { approvals, content, database, newRun, runs, timeline, url, sql } = await makeRooms();
  const blobs = createBlobStore(database, content);
  const run = await newRun();
  const words = ['Pay the bills', 'SECRET-OUTCOME', 'SECRET-NOTE', 'SECRET-BLOB', 'SECRET-OF-ACTION', 'SECRET-REASON'];
  await timeline.append(run.id, [{ key: 'k', body: { kind: 'note', level: 'info', text: 'SECRET-NOTE' } }]);
  const blob = await blobs.write(run.id, 'SECRET-BLOB');
  await runs.saveConversation(run.id, blob);
  const { action, digest } = question(run);
  await approvals.request(action, digest, terms);
  await runs.update(run.id, { state: 'finished', outcome: 'SECRET-OUTCOME', usage: null }, async () => undefined);
  expect((await runs.read(run.id)).task).toBe('Pay the bills');
  expect(await blobs.read(blob)).toBe('SECRET-BLOB');

  const rows = await everyRow(url);
  expect(rows).toContain(run.id);
  for (const word of words)
    for (const encoding of ['utf8', 'hex', 'base64'] as const)
      expect(rows).not.toContain(Buffer.from(word).toString(encoding).replace(/=+$/, ''));
  // The scan does find such words when they are there.
  await sql('update run set task = $1', [Buffer.from('Pay the bills')]);
  expect(await everyRow(url)).toContain(Buffer.from('Pay the bills').toString('hex'));
});

test(verifies('gateway.sealed-content', 'what is moved to another row or another run does not open'), async () => {
  const { content, database, newRun, runs, sql, timeline } = await makeRooms();
  const blobs = createBlobStore(database, content);
  const [one, two] = [await newRun(), await newRun()];
  const [first, second] = [await blobs.write(one.id, 'first'), await blobs.write(one.id, 'second')];
  await sql('update blob set sealed = (select sealed from blob where id = $1) where id = $2', [first, second]);
  await expect(blobs.read(second)).rejects.toThrow(damaged);
  await sql('update run set task = (select task from run where id = $1) where id = $2', [one.id, two.id]);
  await expect(runs.read(two.id)).rejects.toThrow(damaged);
  await sql('update run set outcome = task where id = $1', [one.id]);
  await expect(runs.read(one.id)).rejects.toThrow(damaged);
  for (const text of ['a', 'b']) await timeline.append(one.id, [{ body: { kind: 'note', level: 'info', text } }]);
  await sql('update timeline_entry set sequence = sequence + 1 where sequence = 2');
  await expect(timeline.read(one.id, 0)).rejects.toThrow(damaged);
});

test(
  verifies('gateway.crypto-erasure', 'without its key row the content of a run is gone, and that of others is not'),
  async () => {
    const { database, keyEncryptionKey, newRun, sql } = await makeRooms();
    const before = createBlobStore(database, createContentSeal(database, keyEncryptionKey));
    const [one, two] = [await newRun(), await newRun()];
    const [gone, kept] = [await before.write(one.id, 'gone'), await before.write(two.id, 'kept')];
    await sql('delete from run_key where run = $1', [one.id]);
    const after = createBlobStore(database, createContentSeal(database, keyEncryptionKey));
    await expect(after.read(gone)).rejects.toThrow(damaged);
    expect(await after.read(kept)).toBe('kept');
  },
);

test(verifies('gateway.sealed-content', 'another key-encryption key opens nothing'), async () => {
  const { content, database, newRun } = await makeRooms();
  const run = await newRun();
  const blob = await createBlobStore(database, content).write(run.id, 'text');
  const stranger = createBlobStore(database, createContentSeal(database, newDataKey()));
  await expect(stranger.read(blob)).rejects.toThrow(damaged);
});

test('processes that seal for a new run at the same time use one key', async () => {
  const { database, keyEncryptionKey, newRun } = await makeRooms();
  const run = await newRun();
  await database.deleteFrom('run_key').execute();
  const seals = Array.from({ length: 6 }, () => createContentSeal(database, keyEncryptionKey));
  const sealed = await Promise.all(seals.map((content) => content.sealText(run.id, 'place', 'text')));
  for (const content of seals)
    for (const bytes of sealed) expect(await content.openText(run.id, 'place', bytes)).toBe('text');
});
