import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Verification } from '@clawhold/ledger';
import { makeProductPlace, type Product, type ProductPlace, startProduct, verifies } from '@clawhold/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { notAllMet, patience, printed } from './answers.ts';
import { connectSuperuser } from './superuser.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const run = promisify(execFile);

let place: ProductPlace;
let product: Product;
let folder: string;

const lookAround = () => place.cli('run', 'Look around.', '--dir', folder, '--json');
const acceptCut = (...words: readonly string[]) =>
  place.cli('audit', 'accept-cut', '--reason', 'the newest backup was older', ...words);

beforeAll(async () => {
  place = await makeProductPlace();
  folder = join(place.folder, 'work');
  await mkdir(folder);
  product = await startProduct(place);
  expect((await lookAround()).status).toBe(notAllMet);
});
afterAll(async () => {
  await product?.stop();
  await place?.[Symbol.asyncDispose]();
});

/** Runs a command to its end and reads its JSON, whatever its status. */
async function runElsewhere(
  [file, ...words]: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv,
): Promise<unknown> {
  const { stdout } = await run(file, words, { env }).catch((error: { stdout: string }) => error);
  return JSON.parse(stdout);
}

/** Takes the last batches away, and the connection that appends, so that the gateway looks again. */
async function cutTail(): Promise<{ readonly found: number; readonly headSize: number }> {
  const superuser = await connectSuperuser(product);
  const { rows } = await superuser.query<{ size_after: string }>(
    'select size_after from ledger_batch order by size_after desc',
  );
  const [found, headSize] = [Number(rows[2]?.size_after), Number(rows[0]?.size_after)];
  await superuser.query(`begin; delete from ledger_batch where size_after > ${found};
    delete from ledger_entry where sequence > ${found};
    select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'clawhold ledger'; commit`);
  await superuser.end();
  return { found, headSize };
}

test(verifies('product.accepted-cut', 'a cut end stops everything until the operator accepts it'), async () => {
  const { found, headSize } = await cutTail();
  const sentence = `The ledger ends at record ${found}, but a signed tree head kept outside the database covers ${headSize}`;
  await expect.poll(async () => (await lookAround()).stdout, patience).toContain(sentence);
  expect(printed<Verification>(await place.cli('audit', 'verify', '--json'))).toMatchObject({ what: 'cut tail' });

  const refused = await acceptCut();
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('--yes')]);
  expect((await lookAround()).stdout).toContain(sentence);

  expect((await acceptCut('--yes')).status).toBe(0);
  await expect.poll(async () => (await lookAround()).status, patience).toBe(notAllMet);
  expect(printed<Verification>(await place.cli('audit', 'verify', '--json'))).toMatchObject({
    kind: 'intact',
    headSource: 'outside',
    acceptedCuts: [{ found, headSize }],
  });
  const superuser = await connectSuperuser(product);
  const { rows } = await superuser.query('select actor, body from ledger_entry where sequence = $1', [found + 1]);
  await superuser.end();
  expect(rows).toEqual([
    { actor: expect.stringMatching(/^person:\w/), body: expect.stringContaining('backup was older') },
  ]);
});

test(
  verifies('product.accepted-cut', 'what was accepted once does not let another cut pass, not even at a start'),
  async () => {
    const { found } = await cutTail();
    await product.stop();
    await expect(startProduct(place)).rejects.toThrow(`The ledger ends at record ${found}`);
    expect((await acceptCut('--yes')).status).toBe(0);
    product = await startProduct(place);
    expect(printed<Verification>(await place.cli('audit', 'verify', '--json'))).toMatchObject({ kind: 'intact' });
  },
);

test(verifies('product.offline-verification', 'an export is verified with nothing but the public key'), async () => {
  const [out, key, heads] = ['export.ndjson', 'key.pem', 'heads.jsonl'].map((name) => join(place.folder, name)) as [
    string,
    string,
    string,
  ];
  expect((await place.cli('audit', 'export', '--out', out)).status).toBe(0);
  await writeFile(key, (await place.cli('audit', 'key')).stdout);
  await writeFile(heads, (await place.cli('audit', 'heads')).stdout);
  // Another machine: a home where nothing is and nothing runs.
  const elsewhere = { ...place.environment, CLAWHOLD_HOME: join(place.folder, 'elsewhere') };
  const verify = (...words: readonly string[]) =>
    runElsewhere(place.command('cli', ['audit', 'verify', '--json', ...words]), elsewhere);
  expect(await verify('--export', out, '--key', key)).toMatchObject({ kind: 'intact', headSource: 'database only' });
  expect(await verify('--export', out, '--key', key, '--heads', heads)).toMatchObject({ headSource: 'outside' });

  const text = await readFile(out, 'utf8');
  await writeFile(out, text.replace('"actor":"supervisor"', '"actor":"Supervisor"'));
  expect(await verify('--export', out, '--key', key)).toMatchObject({ kind: 'altered', what: 'changed' });
  await writeFile(out, text);
  const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' });
  await writeFile(key, other);
  expect(await verify('--export', out, '--key', key)).toMatchObject({ kind: 'altered', what: 'forged head' });
});
