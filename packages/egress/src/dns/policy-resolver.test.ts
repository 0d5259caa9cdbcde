import { verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exampleQuery } from './example-query.ts';
import { createNameTable } from './name-table.ts';
import { createPolicyResolver } from './policy-resolver.ts';
import { responseCode } from './query.ts';

function resolverOf(most = 100) {
  const asked: string[] = [];
  const refused: string[] = [];
  const names = createNameTable({ prefix: '198.19', count: 65_536 }, most);
  const resolve = createPolicyResolver({
    names,
    fixed: { 'inference.local': '198.18.0.1' },
    isReachable: (host) => {
      asked.push(host);
      return host.endsWith('known.example');
    },
    onRefused: (name) => refused.push(name),
  });
  return { resolve, names, asked, refused };
}

const codeOf = (answer: Buffer | undefined): number | undefined =>
  answer === undefined ? undefined : answer.readUInt16BE(2) & 0xf;

const label = (length: number): string => 'a'.repeat(length);

/** Messages that are no question, or none that has an answer; by what is wrong with them. */
const attacks: readonly (readonly [string, Buffer, number | undefined])[] = [
  ['an empty message', Buffer.alloc(0), undefined],
  ['a header that is cut', exampleQuery('known.example').subarray(0, 11), undefined],
  ['an answer', exampleQuery('known.example', 1, 0x8100), undefined],
  ['an update (RFC 2136)', exampleQuery('known.example', 1, 0x2800), responseCode.notImplemented],
  ['a notification (RFC 1996)', exampleQuery('known.example', 1, 0x2000), responseCode.notImplemented],
  ['two questions', withCount(4, 2), responseCode.malformed],
  ['no question', withCount(4, 0), responseCode.malformed],
  ['an answer in a question', withCount(6, 1), responseCode.malformed],
  ['a name that is cut', exampleQuery('known.example').subarray(0, 20), responseCode.malformed],
  ['a type that is cut', exampleQuery('known.example').subarray(0, -2), responseCode.malformed],
  ['a label of 64', exampleQuery(`${label(64)}.known.example`), responseCode.malformed],
  ['a pointer', withByte(12, 0xc0), responseCode.malformed],
  [
    'a pointer to itself',
    Buffer.concat([withByte(12, 0xc0).subarray(0, 12), Buffer.from([0xc0, 12, 0, 1, 0, 1])]),
    responseCode.malformed,
  ],
  ['a name of 256', exampleQuery(Array.from({ length: 4 }, () => label(63)).join('.')), responseCode.malformed],
  ['a dot in a label', dotted(), responseCode.malformed],
  ['every type (RFC 8482)', exampleQuery('known.example', 255), responseCode.notImplemented],
  ['a zone transfer of what is not known', exampleQuery('example', 252), responseCode.unknown],
  ['the root', Buffer.from([...exampleQuery('a').subarray(0, 12), 0, 0, 1, 0, 1]), responseCode.unknown],
  ['a name with a NUL', exampleQuery('a\0b.known.example'), responseCode.unknown],
  ['a name outside ASCII', exampleQuery('b\u00fccher.known.example'), responseCode.unknown],
  ['an address', exampleQuery('127.0.0.1'), responseCode.unknown],
  ['an address in decimal', exampleQuery('2130706433'), responseCode.unknown],
];

function withCount(offset: number, count: number): Buffer {
  const bytes = exampleQuery('known.example');
  bytes.writeUInt16BE(count, offset);
  return bytes;
}

function withByte(offset: number, value: number): Buffer {
  const bytes = exampleQuery('known.example');
  bytes.writeUInt8(value, offset);
  return bytes;
}

/** One label that reads `unknown.known`, before `example`. */
function dotted(): Buffer {
  const bytes = exampleQuery('unknown-known.example');
  bytes.write('.', 12 + 1 + 'unknown'.length, 'latin1');
  return bytes;
}

test.each(attacks)(verifies('egress.policy-names', '%s gets no address'), (_name, message, code) => {
  const { resolve } = resolverOf();
  const answer = resolve(message);
  expect(codeOf(answer)).toBe(code);
  expect(answer?.readUInt16BE(6) ?? 0).toBe(0);
});

test(verifies('egress.policy-names', 'whatever bytes come, only a name that the policy knows gets an address'), () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 80 }).map((array) => Buffer.from(array)),
    fc
      .tuple(fc.constantFrom('a.known.example', 'b.unknown.example'), fc.nat(40), fc.integer({ min: 0, max: 255 }))
      .map(([name, at, value]) => {
        const message = exampleQuery(name);
        message.writeUInt8(value, at % message.length);
        return message;
      }),
  );
  fc.assert(
    fc.property(bytes, (message) => {
      const { resolve, names, asked } = resolverOf();
      const answer = resolve(message);
      if (answer === undefined) return;
      expect(answer.readUInt16BE(0)).toBe(message.readUInt16BE(0));
      if (answer.readUInt16BE(6) === 0) return;
      const host = names.hostOf([...answer.subarray(-4)].join('.'));
      expect(host).toBe(asked[0]);
      expect(host).toMatch(/known\.example$/);
    }),
    { numRuns: 2_000 },
  );
});

test(verifies('egress.policy-names', 'an address is never given twice; when all are out, names fail'), () => {
  const { resolve, names, refused } = resolverOf(3);
  const lookUp = (name: string): string | number | undefined => {
    const answer = resolve(exampleQuery(name));
    return answer?.readUInt16BE(6) === 1 ? [...answer.subarray(-4)].join('.') : codeOf(answer);
  };
  expect(['a', 'b', 'c', 'd'].map((name) => lookUp(`${name}.known.example`))).toEqual([
    '198.19.0.1',
    '198.19.0.2',
    '198.19.0.3',
    responseCode.failed,
  ]);
  expect(lookUp('a.known.example')).toBe('198.19.0.1');
  expect(names.hostOf('198.19.0.1')).toBe('a.known.example');
  expect(names.hostOf('198.19.0.4')).toBeUndefined();
  expect(refused).toEqual(['d.known.example']);
});

test('all addresses of a pool can be given out, and none outside of it', () => {
  const names = createNameTable({ prefix: '198.19', count: 65_536 }, Number.POSITIVE_INFINITY);
  const given = Array.from({ length: 65_536 }, (_, index) => names.addressOf(`h${index}.example`));
  expect(new Set(given.slice(0, 65_535)).size).toBe(65_535);
  expect([given[0], given[255], given[65_534], given[65_535]]).toEqual([
    '198.19.0.1',
    '198.19.1.0',
    '198.19.255.255',
    undefined,
  ]);
});

test('without a way to capture connections only the fixed names are known', () => {
  const refused: string[] = [];
  const resolve = createPolicyResolver({
    names: undefined,
    fixed: { 'inference.local': '198.18.0.1' },
    isReachable: () => true,
    onRefused: (name) => refused.push(name),
  });
  expect(resolve(exampleQuery('inference.local'))?.readUInt16BE(6)).toBe(1);
  expect(codeOf(resolve(exampleQuery('a.known.example')))).toBe(responseCode.unknown);
  expect(refused).toEqual(['a.known.example']);
});
