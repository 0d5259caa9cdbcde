import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from './shell-word.ts';

test('a shell reads back every text, and does nothing else with it', () => {
  const characters = Array.from({ length: 0x17f }, (_, code) => String.fromCharCode(code + 1));
  const words = ['x; rm -rf ~', "it's", "''", '$(id)', '`id`', '**/mcp', '-', '~', '', 'a\nb', '😀', ...characters];
  const printed = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${words.map(shellWord).join(' ')}`]);
  expect(printed.toString('utf8').split('\0').slice(0, -1)).toEqual(words);
  expect(shellWord('https://tools.example.com/mcp')).toBe('https://tools.example.com/mcp');
});
