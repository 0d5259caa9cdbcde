import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { chinese } from './chinese.ts';
import { english } from './english.ts';

interface Text {
  readonly key: string;
  readonly text: string;
}

/** Every text of a catalogue; those with something in them are called with a number. */
function texts(catalogue: object, above = ''): readonly Text[] {
  return Object.entries(catalogue).flatMap(([name, value]: [string, unknown]) => {
    const key = `${above}${name}`;
    if (typeof value === 'string') return [{ key, text: value }];
    if (typeof value === 'function') return [{ key, text: String(value(1234)) }];
    return typeof value === 'object' && value !== null ? texts(value, `${key}.`) : [];
  });
}

test(verifies('console.two-languages', 'both catalogues say the same things, and none of them is empty'), () => {
  const keys = texts(english).map(({ key }) => key);
  expect(keys.length).toBeGreaterThan(120);
  expect(
    texts(chinese)
      .map(({ key }) => key)
      .toSorted(),
  ).toEqual(keys.toSorted());
  expect([...texts(english), ...texts(chinese)].filter(({ text }) => text.trim() === '')).toEqual([]);
});

test(verifies('console.two-languages', 'the Chinese texts are Chinese, in the traditional script'), () => {
  // What is a unit or passes a name through is the same in both.
  const international = new Set(['bytes', 'tierName']);
  const foreign = texts(chinese).filter(({ key, text }) => !international.has(key) && !/\p{Script=Han}/u.test(text));
  expect(foreign).toEqual([]);
  // A few of the commonest characters that only the simplified script writes this way.
  expect(texts(chinese).filter(({ text }) => /[个们这时说对开关错误显录标转选择务终规则审]/.test(text))).toEqual([]);
});
