import { verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  actionDigest,
  canonicalBytes,
  canonicalJson,
  matchAction,
  parseCanonicalBytes,
  requestDigest,
} from './index.ts';
import { sampleAction } from './testing/sample-action.ts';

const jsonValue = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' });

test(
  verifies('approvals.one-spelling', 'canonical JSON means the same value and does not depend on the order of keys'),
  () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        const written = canonicalJson(value);
        if (written.kind === 'refused') throw new Error(written.reason);
        expect(JSON.parse(written.text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversed(value))).toEqual(written);
        expect(canonicalJson(JSON.parse(written.text))).toEqual(written);
      }),
      { numRuns: 500 },
    );
  },
);

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

test('the example of RFC 8785 section 3.2.3 is written as it says', () => {
  const value = {
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew',
    '1': 'One',
    '😀': 'Smile',
    '\u0080': 'Control',
    ö: 'Latin',
  };
  expect(canonicalJson(value)).toEqual({
    kind: 'ok',
    text: '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin","€":"Euro Sign","😀":"Smile","\ufb33":"Hebrew"}',
  });
  expect(canonicalJson([333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, -0])).toEqual({
    kind: 'ok',
    text: '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]',
  });
});

test.each([['\ud800'], [Number.NaN], [Number.POSITIVE_INFINITY], [undefined], [() => 1], [1n]])(
  verifies('approvals.one-spelling', 'what has no JSON is refused: %s'),
  (value) => {
    expect(canonicalJson({ a: [value] }).kind).toBe('refused');
  },
);

test(verifies('approvals.one-spelling', 'two spellings of one word are two actions'), () => {
  const composed = actionDigest({ ...sampleAction, arguments: { name: 'é' } });
  expect(actionDigest({ ...sampleAction, arguments: { name: 'e\u0301' } })).not.toBe(composed);
  expect(() => actionDigest({ ...sampleAction, arguments: { name: '\udfff' } })).toThrow('half a character');
});

test(verifies('approvals.one-spelling', 'a change of any field changes the digest'), () => {
  const digest = actionDigest(sampleAction);
  const { request } = sampleAction;
  if (request === null) throw new Error('the sample sends a request');
  const changed = [
    { ...sampleAction, install: 'ins_1123456789' as const },
    { ...sampleAction, run: 'run_1123456789' as const },
    { ...sampleAction, step: 'stp_1123456789' as const },
    { ...sampleAction, nonce: '10112233445566778899aabbccddeeff' },
    { ...sampleAction, tool: 'shell.exec' },
    { ...sampleAction, arguments: {} },
    { ...sampleAction, effect: 'read' as const },
    { ...sampleAction, inverse: { kind: 'checkpoint' as const } },
    { ...sampleAction, command: null },
    { ...sampleAction, request: null },
    { ...sampleAction, request: { ...request, method: 'PUT' } },
    { ...sampleAction, request: { ...request, url: `${request.url}/` } },
    { ...sampleAction, request: { ...request, headers: [] } },
    { ...sampleAction, request: { ...request, bodyDigest: 'ac'.repeat(32) } },
    { ...sampleAction, request: { ...request, body: null } },
    { ...sampleAction, request: { ...request, address: '192.0.2.1:80' } },
    { ...sampleAction, policy: 'ce'.repeat(32) },
    { ...sampleAction, checkpoint: 'ef02' },
    { ...sampleAction, expires: '2026-11-22T12:00:00.001Z' },
  ];
  const digests = changed.map(actionDigest);
  expect(new Set([digest, ...digests]).size).toBe(changed.length + 1);
  expect(Object.keys(sampleAction).length).toBe(14);
});

test('canonical bytes are read back as what they were', () => {
  expect(parseCanonicalBytes(canonicalBytes(sampleAction))).toEqual(sampleAction);
  const digest = matchAction(sampleAction);
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(sampleAction.request && requestDigest(sampleAction.request)).toBe(digest);
  expect(actionDigest(sampleAction)).not.toBe(digest);
  expect(matchAction({ ...sampleAction, request: null })).toBeUndefined();
});
