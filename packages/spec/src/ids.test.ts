import { expect, test } from 'vitest';
import { formatId, id, idEntropyBytes, idPrefixes } from './ids.ts';

test('an id is its prefix and ten characters, and its own schema takes it', () => {
  const entropy = Uint8Array.from({ length: idEntropyBytes }, (_, index) => index * 29);
  for (const kind of Object.keys(idPrefixes) as (keyof typeof idPrefixes)[]) {
    const written = formatId(kind, entropy);
    expect(written).toMatch(new RegExp(`^${idPrefixes[kind]}_[0-9a-z]{10}$`));
    expect(id(kind).parse(written)).toBe(written);
  }
});

test.each(['run_', 'run_short', 'run_7k2m9qx4hc1', 'ses_7k2m9qx4hc', 'run_7K2M9QX4HC', 'run_ilouilouil', '../etc'])(
  '%j is no id of a run',
  (text) => {
    expect(id('run').safeParse(text).success).toBe(false);
  },
);

test('an id takes exactly its entropy', () => {
  expect(() => formatId('run', new Uint8Array(idEntropyBytes - 1))).toThrow(RangeError);
});
