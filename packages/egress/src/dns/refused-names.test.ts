import { limits } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import type { EgressRecord } from '../hooks.ts';
import { identity } from '../testing.ts';
import { createRefusedNames } from './refused-names.ts';

test(verifies('egress.policy-names', 'a name is told of once, and a flood of names does not fill a timeline'), () => {
  const records: EgressRecord[] = [];
  const tell = createRefusedNames(identity, (record) => records.push(record));
  tell('A.example');
  tell('a.EXAMPLE');
  tell('b\n\u001b[2J.example');
  for (let index = 0; index < 10_000; index++) tell(`${index}.flood.example`);
  expect(records.slice(0, 2).map(({ url }) => url)).toEqual(['a.example', 'b??[2j.example']);
  expect(records).toHaveLength(limits.refusedNamesShown + 1);
  expect(records.at(-1)).toMatchObject({ method: 'DNS', url: 'further names', outcome: 'refused' });
});
