import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ProgramEvent } from './harness.ts';
import { type HarnessName, harnessOf } from './harnesses.ts';
import { ProgramListener } from './listener.ts';

/** What the real programs printed in a sandbox, before scripted models and a door that refused. */
const recorded = (name: string) => readFile(join(import.meta.dirname, `fixtures/${name}.ndjson`));

function listen(harness: HarnessName, pieces: readonly Uint8Array[]): readonly ProgramEvent[] {
  const { read } = harnessOf(harness);
  if (read === undefined) throw new Error(`${harness} tells nothing`);
  const listener = new ProgramListener(read);
  return [...pieces.flatMap((piece) => listener.take(piece)), ...listener.end()];
}

const kinds = ['claude-code', 'codex', 'opencode', 'pi'] as const;

test.each(kinds)('what %s says is told once, and its failures are failures', async (kind) => {
  expect(listen(kind, [await recorded(`${kind}-finished`)])).toEqual([{ kind: 'said', text: 'I wrote the report.' }]);
  const told = listen(kind, [await recorded(`${kind}-failed`)]);
  expect(told.at(-1)).toEqual({
    kind: 'failed',
    text: expect.stringMatching(
      /issue with the selected model|wants rehearsal to run a tool of its own|used up the turns/,
    ),
  });
});

test.each(kinds)(verifies('agents.events', '%s is read the same wherever its output is cut'), async (kind) => {
  const bytes = await recorded(`${kind}-finished`);
  const whole = listen(kind, [bytes]);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 9 }), (cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      const pieces = places.slice(1).map((place, index) => bytes.subarray(places[index], place));
      expect(listen(kind, pieces)).toEqual(whole);
    }),
    { numRuns: scale(20) },
  );
});

test.each(kinds)(verifies('agents.events', 'whatever %s prints is words or nothing, never an error'), (kind) => {
  const printed = fc.oneof(
    fc.uint8Array(),
    fc.json().map((text) => Buffer.from(`${text}\n`)),
    fc
      .record(
        {
          type: fc.constantFrom('assistant', 'result', 'item.completed', 'turn.failed', 'text', 'error', 'message_end'),
        },
        {},
      )
      .chain((event) =>
        fc
          .dictionary(fc.constantFrom('message', 'item', 'error', 'result', 'part'), fc.jsonValue())
          .map((more) => ({ ...event, ...more })),
      )
      .map((event) => Buffer.from(`${JSON.stringify(event)}\n`)),
  );
  fc.assert(
    fc.property(fc.array(printed), (pieces) => {
      for (const { text } of listen(kind, pieces)) expect(typeof text).toBe('string');
    }),
    { numRuns: scale(30) },
  );
});

test(verifies('agents.events', 'a line does not grow without an end, and the next one is heard'), () => {
  const said = `{"type":"item.completed","item":{"type":"agent_message","text":"${'x'.repeat(2 ** 21)}"}}`;
  const endless = said.match(/.{1,65536}/g)?.map((piece) => Buffer.from(piece)) ?? [];
  const after = Buffer.from('\n{"type":"item.completed","item":{"type":"agent_message","text":"Done."}}\n');
  expect(listen('codex', [...endless, after])).toEqual([{ kind: 'said', text: 'Done.' }]);
});
