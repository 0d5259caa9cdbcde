import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readBody } from './body.ts';
import { ByteReader } from './byte-reader.ts';

test('what came together with the end, while a reader was busy with what came before, is not lost', async () => {
  const source = new PassThrough();
  const body = readBody(new ByteReader(source), { kind: 'until_close' }, []);
  source.write('one ');
  expect(String(await body.next())).toBe('one ');
  source.end('two');
  await setImmediate();
  expect(String(await body.next())).toBe('two');
  expect(await body.next()).toBeUndefined();
});
