import { expect, test } from 'vitest';
import { createIban, groupIban, isValidIban } from './iban.ts';
import { createRandom } from './random.ts';

test('known account numbers are valid, and one wrong digit is seen', () => {
  for (const iban of ['DE89370400440532013000', 'NL91ABNA0417164300', 'BE68539007547034', 'AT611904300234573201'])
    expect(isValidIban(iban)).toBe(true);
  expect(isValidIban('DE89370400440532013001')).toBe(false);
  expect(isValidIban('DE98370400440532013000')).toBe(false);
  expect(isValidIban('nonsense')).toBe(false);
});

test.each(['DE', 'AT', 'BE', 'NL'] as const)('made account numbers of %s are valid', (country) => {
  const random = createRandom(7);
  for (let round = 0; round < 200; round += 1) expect(isValidIban(createIban(country, random))).toBe(true);
});

test('people write them in groups', () => {
  expect(groupIban('BE68539007547034')).toBe('BE68 5390 0754 7034');
});
