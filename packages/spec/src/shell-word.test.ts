import { execFileSync } from 'node:child_process';
import { scale } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellWord } from './shell-word.ts';

test('a shell reads back every text, and does nothing else with it', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 20 }), (texts) => {
      const words = texts.map((text) => text.replaceAll('\0', '') || ';');
      const printed = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${words.map(shellWord).join(' ')}`]);
      expect(printed.toString('utf8').split('\0').slice(0, -1)).toEqual(words);
    }),
    { numRuns: scale(50), examples: [[['x; rm -rf ~', "it's", '$(id)', '**/mcp', '-', '~']]] },
  );
  expect(shellWord('https://tools.example.com/mcp')).toBe('https://tools.example.com/mcp');
});
