import { verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileHostPattern, type HostPattern } from '../host/host-pattern.ts';
import { hostHash } from '../host/host-reading.ts';
import { EndpointIndex } from './endpoint-index.ts';
import { everyPath } from './path-pattern.ts';

function patternsOf(source: string): readonly HostPattern[] {
  const compiled = compileHostPattern(source);
  return compiled.kind === 'ok' ? compiled.patterns : [];
}

interface Place {
  readonly source: string;
  readonly port: number;
}

function visited(places: readonly Place[], host: string, port: number): readonly Place[] {
  const index = new EndpointIndex(
    [...places.entries()].flatMap(([endpoint, { source, port: at }]) =>
      patternsOf(source).map((pattern) => ({ host: pattern, port: at, paths: [everyPath], endpoint })),
    ),
    (endpoint) => endpoint,
  );
  const found: Place[] = [];
  index.visit(host, port, '/', { visit: (endpoint) => found.push(...places.slice(endpoint, endpoint + 1)) });
  return found;
}

// The low byte of the last is that of an "a".
const label = fc.constantFrom('a', 'b', 'com', 'š');
const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
const source = fc.oneof(
  name,
  name.map((tail) => `*.${tail}`),
  name.map((tail) => `**.${tail}`),
  name.map((tail) => `a*.${tail}`),
);
const port = fc.constantFrom<number[]>(22, 80, 443);
const place = fc.record({ source, port }).filter((each) => patternsOf(each.source).length > 0);

test(verifies('policy.index-agrees', 'an index of hosts finds those that match at this port, and no other'), () => {
  fc.assert(
    fc.property(fc.array(place, { maxLength: 30 }), name, port, (places, host, at) => {
      const matching = places.filter(
        (each) =>
          each.port === at &&
          patternsOf(each.source).some(({ glob, source: spelt }) =>
            glob === null ? spelt === host : glob.matches(host),
          ),
      );
      const order = (a: Place, b: Place): number => places.indexOf(a) - places.indexOf(b);
      expect([...visited(places, host, at)].toSorted(order)).toEqual(matching);
    }),
    { numRuns: 2_000 },
  );
});

test(verifies('policy.index-agrees', 'two hosts with the same hash are still two hosts'), () => {
  const [one, other] = colliding();
  const places = [one, other, `*.${one}`].map((each) => ({ source: each, port: 443 }));
  for (const each of [one, other]) expect(visited(places, each, 443)).toEqual([{ source: each, port: 443 }]);
  expect(visited(places, `x.${one}`, 443)).toEqual([places[2]]);
  expect(visited(places, `x.${other}`, 443)).toEqual([]);
});

/** By the birthday paradox some hundred thousand tries are enough for 32 bits. */
function colliding(): readonly [string, string] {
  const seen = new Map<number, string>();
  for (let count = 0; count < 1_000_000; count++) {
    const host = `host${`${count}`.padStart(6, '0')}.example.com`; // of one length, so that only a look at the letters tells
    const before = seen.get(hostHash(host));
    if (before !== undefined) return [before, host];
    seen.set(hostHash(host), host);
  }
  throw new Error('no two of a million hosts have the same hash');
}
