import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { processStart } from './process-start.ts';

const rest = 'S 1 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 8675309 1000 2 3';

test('a name with blanks and brackets does not shift it', () => {
  for (const name of ['node', 'a b', 'x) S 1 (y', ')']) expect(processStart(`42 (${name}) ${rest}`)).toBe('8675309');
});

test('what is no such line has none', () => {
  for (const text of ['', '42', '42 (node) S 1']) expect(processStart(text)).toBe('');
});

test('the kernel says it in this way', () => {
  expect(processStart(readFileSync('/proc/self/stat', 'utf8'))).toMatch(/^[1-9]\d*$/);
});
