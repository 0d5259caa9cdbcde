import { formatId, idEntropyBytes } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { identity } from '../testing.ts';
import { createDialler } from './dialler.ts';
import { type Names, rememberNames } from './name-memory.ts';

const { sandbox } = identity;
const other = formatId('sandbox', new Uint8Array(idEntropyBytes).fill(7));

function memory(...answers: (readonly string[] | Error)[]) {
  const asked: string[] = [];
  const clock = { now: 0 };
  const resolve = async (host: string): Promise<readonly string[]> => {
    asked.push(host);
    const answer = answers.shift() ?? ['93.184.215.14'];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { asked, clock, find: rememberNames(resolve, () => clock.now) satisfies Names };
}

test('a name is looked up once in ten seconds, and at once when it is known', async () => {
  const { asked, clock, find } = memory(['93.184.215.14'], ['93.184.215.15']);
  expect(await find('a.example', sandbox)).toEqual(['93.184.215.14']);
  clock.now = 9_999;
  expect(find('a.example', sandbox)).toEqual(['93.184.215.14']);
  clock.now = 10_000;
  expect(await find('a.example', sandbox)).toEqual(['93.184.215.15']);
  expect(asked).toHaveLength(2);
});

test(verifies('egress.names-apart', 'what one sandbox looked up is not known to another'), async () => {
  const { asked, find } = memory();
  await find('a.example', sandbox);
  expect(find('a.example', other)).toBeInstanceOf(Promise);
  await find('a.example', other);
  expect(asked).toEqual(['a.example', 'a.example']);
});

test('requests that come together wait for one lookup, and a failure is not remembered', async () => {
  const { asked, find } = memory(new Error('ENOTFOUND'), []);
  const together = await Promise.allSettled([find('a.example', sandbox), find('a.example', sandbox)]);
  expect(together.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(asked).toHaveLength(1);
  expect(await find('a.example', sandbox)).toEqual([]);
  expect(await find('a.example', sandbox)).toEqual(['93.184.215.14']);
  expect(asked).toHaveLength(3);
});

test(verifies('egress.names-bounded', 'a sandbox that asks for thousands of names takes no more memory'), async () => {
  const { asked, find } = memory();
  for (let count = 0; count < 4_097; count++) await find(`n${count}.example`, sandbox);
  expect(find('n4096.example', sandbox)).not.toBeInstanceOf(Promise);
  expect(find('n1.example', sandbox)).not.toBeInstanceOf(Promise);
  await find('n0.example', sandbox);
  expect(asked).toHaveLength(4_098);
});

test(verifies('egress.names-bounded', 'an answer of thousands of addresses is not remembered'), async () => {
  const { asked, find } = memory(Array.from({ length: 5_000 }, (_, index) => `93.184.${index >> 8}.${index & 255}`));
  expect(await find('many.example', sandbox)).toHaveLength(5_000);
  await find('many.example', sandbox);
  expect(asked).toHaveLength(2);
});

test(
  verifies(
    'egress.public-addresses-only',
    'a remembered answer is checked as a new one; one that is not public stays refused',
  ),
  async () => {
    const { clock, find } = memory(['93.184.215.14'], ['127.0.0.1']);
    const dialler = createDialler({ resolve: find, seconds: 1 });
    expect(await dialler.check('rebind.example', sandbox)).toMatchObject({ kind: 'addresses' });
    expect(dialler.check('rebind.example', sandbox, [['10.0.0.0/8']])).toMatchObject({ kind: 'refused' });
    clock.now = 20_000;
    expect(await dialler.check('rebind.example', sandbox)).toMatchObject({ kind: 'refused' });
    expect(dialler.check('rebind.example', sandbox)).toMatchObject({ kind: 'refused' });
  },
);
