import { PassThrough } from 'node:stream';
import type { CommandOutput, RunningCommand } from '@clawhold/sandbox';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { LineExchange } from './line-exchange.ts';

/** A program that answers each line as `say` says, in pieces. */
function program(say: (line: string, out: (text: string) => void) => void) {
  const output = new PassThrough({ objectMode: true });
  const out = (text: string): void => void output.write({ stream: 'stdout', bytes: Buffer.from(text) });
  let killed = false;
  const running: RunningCommand = {
    end: new Promise(() => undefined),
    write: async (line) => say(String(line).trimEnd(), out),
    closeInput: () => undefined,
    kill: () => {
      killed = true;
      output.end();
    },
    [Symbol.asyncIterator]: () => output[Symbol.asyncIterator]() as AsyncIterator<CommandOutput>,
  };
  return { running, out, killed: () => killed };
}

test(verifies('browser.hostile-answers', 'answers come whole, however they are cut'), async () => {
  const { running } = program((line, out) => {
    for (const character of `${line}!\n`) out(character);
  });
  const exchange = new LineExchange(running, 100);
  expect(await exchange.ask('one', 1_000)).toBe('one!');
  expect(await exchange.ask('two', 1_000)).toBe('two!');
});

test.each([
  ['is longer than it may be', (_line: string, out: (text: string) => void) => out('x'.repeat(101))],
  ['never comes', () => undefined],
  ['is followed by another one', (_line: string, out: (text: string) => void) => out('one\ntwo\n')],
])(verifies('browser.hostile-answers', 'an answer that %s ends the browser, for good'), async (_name, say) => {
  const { running, killed } = program(say);
  const exchange = new LineExchange(running, 100);
  await exchange.ask('one', 100).catch(() => undefined);
  await exchange.ended;
  expect(killed()).toBe(true);
  await expect(exchange.ask('two', 100)).rejects.toMatchObject({ code: 'sandbox_browser_ended' });
});
