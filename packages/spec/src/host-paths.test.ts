import { expect, test } from 'vitest';
import { withHostPaths } from './host-paths.ts';

const folders = [{ staged: '/run/clawhold/home', host: '/home/ann/.clawhold' }];

test.each([
  ['/run/clawhold/home/configuration/models.yaml, line 3', '/home/ann/.clawhold/configuration/models.yaml, line 3'],
  ['in "/run/clawhold/home"', 'in "/home/ann/.clawhold"'],
  ['two: /run/clawhold/home/a and /run/clawhold/home/b', 'two: /home/ann/.clawhold/a and /home/ann/.clawhold/b'],
  ['another folder: /run/clawhold/homework', 'another folder: /run/clawhold/homework'],
  ['inside another: /srv/run/clawhold/home', 'inside another: /srv/run/clawhold/home'],
])('%s', (sentence, wanted) => {
  expect(withHostPaths(sentence, folders)).toBe(wanted);
});

test('a path that reads like a replacement pattern stays what it is', () => {
  expect(withHostPaths('/stage/x', [{ staged: '/stage', host: '/$&/$1' }])).toBe('/$&/$1/x');
});
