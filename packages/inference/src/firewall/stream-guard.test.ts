import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readEvents, writeEvent } from '../event-stream.ts';
import { collect } from '../fixtures/collect.ts';
import { cut } from '../fixtures/cut.ts';
import { chatReply } from '../rehearsal/chat-reply.ts';
import { messagesReply } from '../rehearsal/messages-reply.ts';
import type { Reply } from '../rehearsal/play.ts';
import type { ReplyWire } from '../rehearsal/reply-wire.ts';
import { responsesReply } from '../rehearsal/responses-reply.ts';
import { chatWire } from '../wire/chat/wire.ts';
import { messagesWire } from '../wire/messages/wire.ts';
import { responsesWire } from '../wire/responses/wire.ts';
import type { Wire } from '../wire/wire.ts';
import type { CallGate, ProposedCall, Verdict } from './gate.ts';

const wires: readonly (readonly [Wire, ReplyWire])[] = [
  [chatWire, chatReply],
  [responsesWire, responsesReply],
  [messagesWire, messagesReply],
];

const reply: Reply = {
  text: 'I will read the file and remove it.',
  calls: [
    { id: 'call_a', tool: 'file_read', arguments: { path: 'größe.txt' } },
    { id: 'call_b', tool: 'shell_exec', arguments: { command: 'rm -rf /secret-target' } },
    { id: 'call_c', tool: 'file_list', arguments: {} },
  ],
};
const frame = { id: 'x', model: 'm', usage: { inputTokens: 3, outputTokens: 5 }, request: {} };

function gateThat(refuses: (call: ProposedCall) => boolean, seen: ProposedCall[] = []): CallGate {
  return {
    judge: async (call): Promise<Verdict> => {
      seen.push(call);
      return refuses(call) ? { kind: 'refuse', text: `REFUSED ${call.tool}` } : { kind: 'pass' };
    },
  };
}

async function guarded(wire: Wire, bytes: Iterable<Uint8Array>, gate: CallGate): Promise<string> {
  const guard = wire.guard(gate, { hostedTools: false });
  const out: string[] = [];
  for await (const event of readEvents(ReadableStream.from(bytes)))
    out.push(...(await guard.take(event)).map(writeEvent));
  out.push(...(await guard.end()).map(writeEvent));
  return out.join('');
}

function streamOf(replyWire: ReplyWire, answer: Reply = reply): Uint8Array {
  return new TextEncoder().encode(replyWire.stream(answer, frame).map(writeEvent).join(''));
}

describe.each(wires)('$name', (wire, replyWire) => {
  test(verifies('inference.denied-call-becomes-text', 'a denied call becomes text and the others go on'), async () => {
    const seen: ProposedCall[] = [];
    const stream = await guarded(
      wire,
      [streamOf(replyWire)],
      gateThat(({ tool }) => tool === 'shell_exec', seen),
    );
    expect(seen).toEqual(reply.calls);
    expect(stream).not.toContain('secret-target');
    expect(stream).not.toContain('"call_b"');
    const view = collect(stream);
    expect(view.text).toBe(`${reply.text}REFUSED shell_exec`);
    expect(view.calls.map(({ id, tool, arguments: text }) => ({ id, tool, arguments: JSON.parse(text) }))).toEqual(
      reply.calls.filter(({ tool }) => tool !== 'shell_exec'),
    );
    if (wire.name !== 'openai-responses') expect(view.stop).toMatch(/^tool_/);
  });

  test(
    verifies('inference.denied-call-becomes-text', 'an answer whose calls are all denied does not wait for results'),
    async () => {
      const view = collect(
        await guarded(
          wire,
          [streamOf(replyWire)],
          gateThat(() => true),
        ),
      );
      expect(view.calls).toEqual([]);
      expect(view.text).toBe(`${reply.text}REFUSED file_readREFUSED shell_execREFUSED file_list`);
      if (wire.name !== 'openai-responses') expect(view.stop).toMatch(/^(stop|end_turn)$/);
    },
  );

  test(
    verifies('inference.denied-call-becomes-text', 'the same holds for an answer that is not streamed'),
    async () => {
      const whole = replyWire.answer(reply, frame);
      const text = JSON.stringify(
        await wire.answer(
          whole,
          gateThat(({ tool }) => tool === 'shell_exec'),
          { hostedTools: false },
        ),
      );
      expect(text).toContain('REFUSED shell_exec');
      expect(text).not.toContain('secret-target');
      expect(text).toContain('call_a');
      expect(
        await wire.answer(
          whole,
          gateThat(() => false),
          { hostedTools: false },
        ),
      ).toEqual(whole);
    },
  );

  test(verifies('inference.calls-decided-first', 'nothing of a call is let out before it was decided'), async () => {
    const { promise: decided, resolve: open } = Promise.withResolvers<void>();
    const guard = wire.guard({ judge: () => decided.then(() => ({ kind: 'pass' })) }, { hostedTools: false });
    let out = '';
    const reading = (async () => {
      for await (const event of readEvents(ReadableStream.from([streamOf(replyWire)])))
        out += (await guard.take(event)).map(writeEvent).join('');
    })();
    await new Promise((resolve) => setImmediate(resolve));
    expect(collect(out).text).toBe(reply.text);
    for (const secret of ['file_read', 'shell_exec', 'call_a', 'größe', 'rm -rf']) expect(out).not.toContain(secret);
    open();
    await reading;
    expect(out).toContain('rm -rf');
  });

  test(verifies('inference.one-reading', 'what a client reads does not depend on how the stream was cut'), async () => {
    const bytes = streamOf(replyWire);
    const whole = await guarded(
      wire,
      [bytes],
      gateThat(({ tool }) => tool === 'shell_exec'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: bytes.length })), async (places) => {
        expect(
          await guarded(
            wire,
            cut(bytes, places),
            gateThat(({ tool }) => tool === 'shell_exec'),
          ),
        ).toBe(whole);
      }),
      { numRuns: scale(60) },
    );
  });

  test(verifies('inference.wire-faithful', 'a stream of text passes byte for byte'), async () => {
    const bytes = streamOf(replyWire, { text: 'Nur Text — 文字 — "quoted"', calls: [] });
    expect(
      await guarded(
        wire,
        [bytes],
        gateThat(() => true),
      ),
    ).toBe(new TextDecoder().decode(bytes));
  });
});
