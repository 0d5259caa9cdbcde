import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scale, verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { makeTestLedger, type TestLedger } from './testing/database.ts';
import { makeEvents } from './testing/events.ts';

/** Lets a process append until it has acknowledged so many records, and kills it. Answers with what it acknowledged. */
async function killWriter({ options }: TestLedger, records: number, first: number): Promise<Map<number, number>> {
  const child = spawn(process.execPath, [
    '--disable-warning=DeprecationWarning',
    fileURLToPath(import.meta.resolve('./testing/crash-writer.ts')),
  ]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const { url, headFolder, install } = options;
  child.stdin.end(JSON.stringify({ url, headFolder, install, keyFolder: join(dirname(headFolder), 'keys'), first }));
  let said = '';
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (said.split('\n').length > records) child.kill('SIGKILL');
  });
  await once(child, 'close');
  expect(complaint).toBe('');
  const lines = said.split('\n').slice(0, said.endsWith('\n') ? -1 : undefined);
  return new Map(lines.map((line) => line.split(' ').map(Number) as [number, number]));
}

test(verifies(
  'ledger.durable-before-answer',
  'a writer that is killed again and again loses no acknowledged record',
), async () => {
  const made = await makeTestLedger();
  const acknowledged = new Map<number, number>();
  for (let round = 0; round < scale(5); round += 1) {
    // A different distance each time, so that it dies at different places of a batch.
    const said = await killWriter(made, 20 + round * 37, round * 1_000_000);
    for (const [sequence, number] of said) {
      expect(acknowledged.has(sequence)).toBe(false);
      acknowledged.set(sequence, number);
    }
  }
  const ledger = await made.open();
  await ledger.append(makeEvents(1));
  expect(await ledger.verify()).toMatchObject({ kind: 'intact', headSource: 'outside' });
  const rows = await made.attack('select sequence, body from ledger_entry');
  const stored = new Map(rows.map(({ sequence, body }) => [Number(sequence), JSON.parse(String(body)).steps]));
  expect(acknowledged.size).toBeGreaterThan(100);
  for (const [sequence, number] of acknowledged) expect(stored.get(sequence)).toBe(number);
}, 60_000);
