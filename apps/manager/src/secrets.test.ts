import { existsSync } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { explainDatabase } from './database-refusal.ts';
import { readSecrets } from './secrets.ts';

test('secrets are made once, for their owner only', async () => {
  const home = await temporaryFolder();
  const first = readSecrets(home, join(home, 'postgres'));
  const again = readSecrets(home, join(home, 'postgres'));
  expect(again.password('clawhold_api')).toBe(first.password('clawhold_api'));
  expect(again.tokenDigest).toBe(first.tokenDigest);
  expect(first.password('clawhold_worker')).not.toBe(first.password('clawhold_api'));
  for (const name of ['secret', 'token']) expect((await stat(join(home, name))).mode & 0o777).toBe(0o600);
});

test('a secret that is gone is not replaced while a database needs it', async () => {
  const home = await temporaryFolder();
  const database = join(home, 'postgres');
  readSecrets(home, database);
  await mkdir(join(database, 'cluster'), { recursive: true });
  await rm(join(home, 'secret'));
  expect(() => readSecrets(home, database)).toThrow(
    expect.objectContaining({ code: 'state_secret_lost', hint: expect.stringContaining('backup') }),
  );
  expect(existsSync(join(home, 'secret'))).toBe(false);
});

test('what a database says is one sentence without its address', () => {
  const refused = (code: string): Error => Object.assign(new Error('postgres://ann:hidden@db/x refused'), { code });
  expect(explainDatabase(refused('28P01'), false)).toMatchObject({ code: 'state_secret_wrong' });
  for (const code of ['28P01', 'ECONNREFUSED', '42501']) {
    const error = explainDatabase(refused(code), true);
    expect(error).toMatchObject({ code: 'database_refused' });
    expect(String(error)).not.toContain('hidden');
  }
  const other = refused('57014');
  expect(explainDatabase(other, true)).toBe(other);
});
