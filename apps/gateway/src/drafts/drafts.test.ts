import { callRoute } from '@clawhold/channel';
import { apiRoutes, limits, type RunId } from '@clawhold/spec';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ApiHouse } from '../api/testing/api-house.ts';
import { everyRow } from '../worker/testing/database-rows.ts';
import { createDrafts, type DraftPart, type Drafts } from './drafts.ts';

const run: RunId = 'run_0123456789';
const turn = 'trn_0123456789';
const part = (from: number, text: string): DraftPart => ({ turn, agent: 'default', from, text });

/** Reads until everything that is known has been read, and puts the pieces together as a page does. */
async function assemble(reader: AsyncIterator<DraftPart>, until: string): Promise<{ text: string; pieces: number }> {
  let text = '';
  let pieces = 0;
  while (text !== until) {
    const { value } = await reader.next();
    text = text.slice(0, value.from) + value.text;
    pieces += 1;
  }
  return { text, pieces };
}

const follow = (drafts: Drafts, signal: AbortSignal): AsyncIterator<DraftPart> =>
  drafts.follow(run, signal)[Symbol.asyncIterator]();

test(verifies('agent.live-text', 'a reader that sleeps through a thousand pieces gets one'), async () => {
  const drafts = createDrafts();
  const leaving = new AbortController();
  const reader = follow(drafts, leaving.signal);
  let text = '';
  for (let index = 0; index < 1_000; index += 1) {
    drafts.write(run, part(text.length, `word ${index} `));
    text += `word ${index} `;
  }
  expect(await assemble(reader, text)).toEqual({ text, pieces: 1 });
  leaving.abort();
  expect(await reader.next()).toEqual({ done: true, value: undefined });
});

test(
  verifies('agent.live-text', 'however it is written, taken back and read, the reader ends with the text'),
  async () => {
    const step = fc.record({ back: fc.nat(3), text: fc.string({ maxLength: 5 }), read: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
        const drafts = createDrafts();
        const leaving = new AbortController();
        const reader = follow(drafts, leaving.signal);
        let written = '';
        let read = '';
        const next = async (): Promise<string> => {
          const { value } = await reader.next();
          return read.slice(0, value.from) + value.text;
        };
        for (const { back, text, read: isReadNow } of steps) {
          const from = Math.max(0, written.length - back);
          written = written.slice(0, from) + text;
          expect(drafts.write(run, part(from, text))).toBe(written.length);
          if (isReadNow && read !== written) read = await next();
        }
        while (read !== written) read = await next();
        leaving.abort();
      }),
      { numRuns: scale(100) },
    );
  },
);

test('a gap is not filled, another turn begins anew, and nothing grows without a bound', () => {
  const drafts = createDrafts();
  expect(drafts.write(run, part(7, 'lost'))).toBe(0);
  expect(drafts.write(run, part(0, 'x'.repeat(limits.draftCharacters + 9)))).toBe(limits.draftCharacters);
  expect(drafts.write(run, { ...part(0, 'new'), turn: 'trn_9999999999' })).toBe(3);
});

test(
  verifies('agent.live-text', 'it reaches who watches, is stored nowhere, and is gone when the turn is recorded'),
  async () => {
    const house = await ApiHouse.open();
    const id = await house.newRun();
    const { worker } = house.channels;
    const leaving = new AbortController();
    const watch = async (): Promise<ReadableStreamDefaultReader<string>> => {
      const { body } = await fetch(`${house.origin}/api/v1/runs/${id}/events`, {
        headers: { authorization: `Bearer ${house.token}` },
        signal: leaving.signal,
      });
      if (body === null) throw new Error('no stream');
      return body.pipeThrough(new TextDecoderStream()).getReader();
    };
    const heard = async (reader: ReadableStreamDefaultReader<string>, word: string): Promise<string> => {
      let all = '';
      while (!all.includes(word)) all += (await reader.read()).value ?? '';
      return all;
    };
    const first = await watch();
    await callRoute(worker, apiRoutes.showDraft, { run: id, ...part(0, 'SECRET-DRAFT ') });
    expect(await heard(first, 'SECRET-DRAFT')).toContain('event: draft');
    await callRoute(worker, apiRoutes.showDraft, { run: id, ...part(13, 'goes on') });
    expect(await heard(first, 'goes on')).toContain('"from":13');
    // Who comes later sees it from its beginning.
    await heard(await watch(), 'SECRET-DRAFT goes on');
    expect(await everyRow(house.databaseUrl)).not.toContain('SECRET-DRAFT');

    const body = {
      kind: 'turn' as const,
      turn: turn as 'trn_0123456789',
      agent: 'default',
      text: 'All of it',
      calls: [],
    };
    const bodies = [{ ...body, inputTokens: 1, outputTokens: 1 }];
    await callRoute(worker, apiRoutes.appendTimeline, { run: id, key: 'turn', bodies });
    expect(await heard(await watch(), 'All of it')).not.toContain('SECRET-DRAFT');
    leaving.abort();
  },
);
