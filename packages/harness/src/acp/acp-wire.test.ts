import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ConversationWire, WireEvent } from '../conversation.ts';
import { createAcpWire } from './acp-wire.ts';

const line = (message: object): string => JSON.stringify({ jsonrpc: '2.0', ...message });

/** A wire whose program has begun its session. */
function ready(): ConversationWire {
  const wire = createAcpWire();
  expect(wire.read(line({ id: 'initialize', result: { protocolVersion: 1 } }))).toMatchObject([{ kind: 'reply' }]);
  expect(wire.read(line({ id: 'session/new', result: { sessionId: 's' } }))).toEqual([{ kind: 'ready' }]);
  return wire;
}

const chunk = (text: string, sessionId = 's') =>
  line({
    method: 'session/update',
    params: { sessionId, update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } } },
  });

const options = [
  { optionId: 'a', kind: 'allow_always' },
  { optionId: 'b', kind: 'allow_once' },
  { optionId: 'c', kind: 'reject_once' },
];
const permission = (id: unknown, more: object = {}) =>
  line({
    id,
    method: 'session/request_permission',
    params: { sessionId: 's', toolCall: { title: 'Pay', kind: 'other' }, options, ...more },
  });

const replies = (events: readonly WireEvent[]) =>
  events.map((event) => (event.kind === 'reply' ? (JSON.parse(event.message) as unknown) : event.kind));

test(verifies('agents.acp-wire', 'what it says of others, or twice, or unasked, is nothing'), () => {
  const wire = ready();
  expect(wire.read(chunk('Too early.'))).toEqual([]);
  expect(wire.read(permission(1))).toMatchObject([{ kind: 'reply' }]);
  wire.say('turn_1', 'Hello');
  expect(wire.read(chunk('Hi', 'of another'))).toEqual([]);
  expect(wire.read(chunk('Hi'))).toEqual([{ kind: 'writing', turn: 'turn_1', text: 'Hi' }]);
  const end = line({ id: 'turn_1', result: { stopReason: 'end_turn' } });
  expect(wire.read(line({ id: 'turn_2', result: { stopReason: 'end_turn' } }))).toEqual([]);
  expect(wire.read(end)).toEqual([{ kind: 'answered', turn: 'turn_1', text: 'Hi' }]);
  expect(wire.read(end)).toEqual([]);
  // The session that was begun stays the session.
  expect(wire.read(line({ id: 'session/new', result: { sessionId: 'other' } }))).toEqual([]);
  expect(wire.read(line({ id: 'initialize', result: { protocolVersion: 2 } }))).toEqual([]);
});

test.each([
  ['refusal', { result: { stopReason: 'refusal' } }, 'It stopped: refusal.'],
  ['an error', { error: { code: 1, message: 'No model.' } }, 'No model.'],
  ['nonsense', { result: 7 }, 'It stopped: no answer.'],
])(verifies('agents.acp-wire', 'an end by %s is a failure'), (_, more, why) => {
  const wire = ready();
  wire.say('turn_1', 'Hello');
  wire.read(chunk('I began.'));
  expect(wire.read(line({ id: 'turn_1', ...more }))).toEqual([
    { kind: 'said', text: 'I began.' },
    { kind: 'failed', turn: 'turn_1', why },
  ]);
});

test(verifies('agents.acp-permissions', 'each question has one answer, for this once, and for no other'), () => {
  const wire = ready();
  wire.say('turn_1', 'Pay');
  const [first] = wire.read(permission(1));
  const [second] = wire.read(permission('1'));
  if (first?.kind !== 'asks' || second?.kind !== 'asks') throw new Error('nobody was asked');
  expect(first.question).not.toBe(second.question);
  // A second question under an id that waits is none.
  expect(wire.read(permission(1, { toolCall: { title: 'Pay more' } }))).toEqual([]);
  const answer = (question: string, isYes: boolean) => JSON.parse(wire.answer(question, isYes)) as unknown;
  const chosen = (id: unknown, optionId: string) => ({
    jsonrpc: '2.0',
    id,
    result: { outcome: { outcome: 'selected', optionId } },
  });
  expect(answer(first.question, true)).toEqual(chosen(1, 'b'));
  expect(answer(second.question, false)).toEqual(chosen('1', 'c'));
  const none = { jsonrpc: '2.0', result: { outcome: { outcome: 'cancelled' } } };
  const onlyEver = { options: [options[0], { optionId: 'd', kind: 'reject_always' }] };
  expect(replies(wire.read(permission(2, onlyEver)))).toEqual([{ ...none, id: 2 }]);
  expect(replies(wire.read(permission(3, { sessionId: 'other' })))).toMatchObject([
    { id: 3, error: { code: -32_602 } },
  ]);
});

test(
  verifies('agents.acp-wire', 'no more questions wait at once than people could see, and no answer grows for ever'),
  () => {
    const wire = ready();
    wire.say('turn_1', 'Pay');
    const kinds = Array.from({ length: 40 }, (_, id) => wire.read(permission(id))[0]?.kind);
    expect(kinds.filter((kind) => kind === 'asks')).toHaveLength(16);
    let longest = 0;
    for (let piece = 0; piece < 40; piece++)
      for (const event of wire.read(chunk('x'.repeat(10_000))))
        if (event.kind === 'writing') longest = Math.max(longest, event.text.length);
    expect(longest).toBe(256 * 1_024);
  },
);

test(verifies('agents.acp-wire', 'whatever it sends is a known event or nothing, never an error'), () => {
  const known = ['reply', 'ready', 'refused', 'writing', 'answered', 'failed', 'said', 'asks'];
  const value = fc.jsonValue({ maxDepth: 3 });
  const message = fc.record(
    {
      jsonrpc: fc.constant('2.0'),
      id: fc.oneof(fc.constantFrom('initialize', 'session/new', 'turn_1', 1, null), value),
      method: fc.oneof(fc.constantFrom('session/update', 'session/request_permission', 'fs/read_text_file'), value),
      params: fc.oneof(
        value,
        fc.record(
          { sessionId: fc.constant('s'), update: value, toolCall: value, options: value },
          { requiredKeys: [] },
        ),
      ),
      result: fc.oneof(value, fc.record({ stopReason: value, sessionId: value, protocolVersion: value })),
      error: value,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.string(),
          message.map((one) => JSON.stringify(one)),
        ),
      ),
      fc.boolean(),
      (lines, isReady) => {
        const wire = isReady ? ready() : createAcpWire();
        wire.say('turn_1', 'Hello');
        for (const one of lines) for (const { kind } of wire.read(one)) expect(known).toContain(kind);
      },
    ),
    { numRuns: scale(60) },
  );
});
