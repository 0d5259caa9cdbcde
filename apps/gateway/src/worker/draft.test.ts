import { limits } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { Draft } from './draft.ts';

const hurry = { interval: 0, pause: 0 };

/** A reader that lets each piece wait until it is told. */
class SlowReader {
  text = '';
  readonly pieces: string[] = [];
  #waiting = Promise.withResolvers<void>();

  readonly send = async (from: number, text: string): Promise<number> => {
    this.pieces.push(text);
    await this.#waiting.promise;
    this.text = this.text.slice(0, from) + text;
    return this.text.length;
  };

  hurry(): void {
    this.#waiting.resolve();
  }
}

/** Until everything has been said. */
async function settle(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

test(verifies('agent.live-text', 'a slow reader gets larger pieces, one at a time'), async () => {
  const reader = new SlowReader();
  const draft = new Draft({ ...hurry, send: reader.send });
  let text = '';
  for (let index = 0; index < 100; index += 1) {
    text += `word ${index} `;
    draft.write(text);
  }
  await settle(() => reader.pieces.length > 0);
  expect(reader.pieces).toHaveLength(1);
  reader.hurry();
  await settle(() => reader.text === text);
  expect(reader.pieces.length).toBeLessThanOrEqual(2);
  await draft.close();
});

test('what is begun anew is sent from its beginning, and a reader that lost everything gets everything', async () => {
  const reader = new SlowReader();
  reader.hurry();
  const draft = new Draft({ ...hurry, send: reader.send });
  draft.write('a first attempt');
  await settle(() => reader.text === 'a first attempt');
  draft.write('');
  draft.write('another one');
  await settle(() => reader.pieces.includes('another one'));
  await settle(() => reader.text.startsWith('another one'));
  await draft.close();

  const forgetful: string[] = [];
  const second = new Draft({
    ...hurry,
    send: async (from, text) => {
      forgetful.push(text);
      return from === 5 ? 0 : from + text.length;
    },
  });
  second.write('12345');
  await settle(() => forgetful.length === 1);
  second.write('1234567');
  await settle(() => forgetful.length === 3);
  expect(forgetful).toEqual(['12345', '67', '1234567']);
  await second.close();
});

test(
  verifies('agent.live-text', 'a reader that is away harms nothing, and after the end nothing is sent'),
  async () => {
    let attempts = 0;
    const draft = new Draft({
      ...hurry,
      send: async () => {
        attempts += 1;
        throw new Error('away');
      },
    });
    draft.write('words');
    await settle(() => attempts > 2);
    await draft.close();
    const before = attempts;
    draft.write('words and more');
    await new Promise((resolve) => setImmediate(resolve));
    expect(attempts).toBe(before);
  },
);

test('no half of a character is sent, and never more than is shown', async () => {
  const reader = new SlowReader();
  reader.hurry();
  const draft = new Draft({ ...hurry, send: reader.send });
  draft.write('see \u{1F9FE}'.slice(0, -1));
  await settle(() => reader.text === 'see ');
  draft.write('see \u{1F9FE}');
  await settle(() => reader.text === 'see \u{1F9FE}');
  draft.write(`see \u{1F9FE}${'x'.repeat(limits.draftCharacters)}`);
  await settle(() => reader.text.length === limits.draftCharacters);
  await draft.close();
});
