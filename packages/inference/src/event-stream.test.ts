import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readEvents, type ServerSentEvent, writeEvent } from './event-stream.ts';
import { cut } from './fixtures/cut.ts';

async function read(chunks: Iterable<Uint8Array>): Promise<ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  for await (const event of readEvents(ReadableStream.from(chunks))) events.push(event);
  return events;
}

const event = fc.record(
  {
    event: fc.stringMatching(/^[a-z._]{1,12}$/),
    data: fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\r', ' ')),
  },
  { requiredKeys: ['data'] },
);

test(verifies('inference.one-reading', 'events are the same wherever the bytes were cut'), async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event), fc.array(fc.nat({ max: 400 })), async (events, cuts) => {
      const bytes = new TextEncoder().encode(events.map(writeEvent).join(''));
      expect(await read(cut(bytes, cuts))).toEqual(events);
    }),
    { numRuns: scale(300) },
  );
});

test(verifies('inference.one-reading', 'every line end of the standard is understood and written as one'), async () => {
  const text = ':hello\r\n\r\nevent: a\rdata: 1\rdata: 2\r\rdata:3\n\n';
  const events = await read([new TextEncoder().encode(text)]);
  expect(events.map(writeEvent).join('')).toBe(':hello\n\nevent: a\ndata: 1\ndata: 2\n\ndata: 3\n\n');
});

test('bytes that are not UTF-8 are an error', async () => {
  await expect(read([Uint8Array.from([0x64, 0xff, 0x0a])])).rejects.toMatchObject({ code: 'model_malformed' });
});
