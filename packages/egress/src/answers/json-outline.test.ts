import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonOutline, type Sight } from './json-outline.ts';

function sightOf(...pieces: readonly string[]): Sight {
  const outline = new JsonOutline();
  for (const piece of pieces) outline.feed(piece);
  return outline.sight;
}

const key = fc.oneof(
  fc.constantFrom('jsonrpc', 'id', 'method', 'params', 'result', 'error', 'tools', 'Method', 'Tools', 'a"\\b'),
  fc.string({ maxLength: 5 }),
);
const anyJson = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(1.5e-3, -7, null, true, 'method', '{"tools":[]}', '\u2028'),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('value'), { maxLength: 3 }),
  object: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
}));
const message = fc.oneof(
  anyJson.object,
  fc.record({ id: fc.nat(), result: anyJson.object }),
  fc.record({ method: key, id: fc.nat() }),
);
const root = fc.oneof(message, fc.array(message, { maxLength: 3 }));

const names = ['jsonrpc', 'id', 'method', 'params', 'result', 'error'];

/** The same of a whole value, by its parts. */
function naiveSight(value: unknown): Sight {
  const messages: readonly unknown[] = Array.isArray(value) ? value : [value];
  let sight: Sight = 'plain';
  for (const one of messages) {
    if (typeof one !== 'object' || one === null || Array.isArray(one)) continue;
    const folded = Object.keys(one).map((name) => name.normalize('NFKC').toLowerCase());
    if (new Set(folded).size < folded.length) return 'unclear';
    if (Object.keys(one).some((name, at) => names.includes(folded[at] ?? '') && !names.includes(name)))
      return 'unclear';
    if (names.slice(2, 5).every((name) => name === 'params' || folded.includes(name))) return 'unclear';
    const result: unknown = 'result' in one ? one.result : undefined;
    const inResult = typeof result === 'object' && result !== null && !Array.isArray(result) ? Object.keys(result) : [];
    if (inResult.some((name) => name !== 'tools' && name.normalize('NFKC').toLowerCase() === 'tools')) return 'unclear';
    if (folded.includes('method') || inResult.includes('tools')) sight = 'telling';
  }
  return sight;
}

/** Every letter of every key escaped, where there are few. */
function escaped(json: string): string {
  return json.replaceAll(
    /"(method|tools|Tools)":/g,
    (_, name: string) =>
      `"${[...name].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}" :`,
  );
}

test(
  verifies('egress.server-messages', 'the outline sees what the whole value says, however it is cut and escaped'),
  () => {
    const seen = new Map<Sight, number>();
    fc.assert(
      fc.property(
        root,
        fc.array(fc.nat(), { maxLength: 6 }),
        fc.boolean(),
        fc.constantFrom(undefined, 1),
        (value, cuts, escapes, indent) => {
          const plain = JSON.stringify(value, null, indent);
          const json = escapes ? escaped(plain) : plain;
          const places = cuts.map((cut) => cut % (json.length + 1)).toSorted((a, b) => a - b);
          const pieces = [0, ...places].map((from, at) => json.slice(from, [...places, json.length][at]));
          const expected = naiveSight(JSON.parse(json));
          seen.set(expected, (seen.get(expected) ?? 0) + 1);
          expect(sightOf(...pieces)).toBe(expected);
        },
      ),
      { numRuns: scale(2_000) },
    );
    expect([...seen.keys()].toSorted()).toEqual(['plain', 'telling', 'unclear']);
  },
);

test.each([
  ['twice the same key', '{"result":{},"result":{"tools":[]}}'],
  ['the same key escaped', '{"result":{},"r\\u0065sult":{"tools":[]}}'],
  ['a comment', '{"result":/**/{"tools":[]}}'],
  ['other quotes', "{'result':{'tools':[]}}"],
  ['two values', '{"id":1}{"result":{"tools":[]}}'],
  ['brackets that do not fit', '{"id":[}]'],
  ['a line within a string', '{"id":"\n"}'],
  ['too deep', '['.repeat(200)],
  ['a byte order mark', '\ufeff{"result":{"tools":[]}}'],
])(`${verifies('egress.server-messages', 'what programs could read differently is unclear')}: %s`, (_name, json) => {
  expect(sightOf(json)).toBe('unclear');
});
