import { expect, test } from 'vitest';
import { readHolders } from './read-holders.ts';

const read = (text: string) => readHolders(Buffer.from(text));

test('a family ends with an empty word; who is not known wholly is not known', () => {
  expect(read('/usr/bin/curl\0/usr/bin/bash\0\0/task/a b\0\0')).toEqual([
    { executable: '/usr/bin/curl', ancestors: ['/usr/bin/bash'] },
    { executable: '/task/a b', ancestors: [] },
  ]);
  const nobody = { executable: undefined, ancestors: [] };
  expect(read('/usr/bin/curl\0?\0\0')).toEqual([nobody]);
  expect(read('?\0\0')).toEqual([nobody]);
  expect(read('\0')).toEqual([nobody]);
  expect(read('')).toEqual([]);
  expect(read('/usr/bin/curl')).toEqual([]);
  expect(read('/usr/bin/curl\0/usr/bin/ba')).toEqual([]);
});
