import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalisePath } from '../request/path.ts';
import { globMatches } from '../testing/glob-naively.ts';
import { policy } from '../testing/samples.ts';
import { textClasses } from './classes.ts';
import { encodedSlashPatterns, normalPath, pathsAt } from './shape.ts';

function fits(text: string, shape = normalPath): boolean {
  let state = 0;
  for (const character of text) {
    state = shape.step(state, character);
    if (state < 0) return false;
  }
  return shape.ends(state);
}

const isNormal = (path: string, encodedSlash = false): boolean => {
  const normal = normalisePath(path, { encodedSlash });
  return normal.kind === 'ok' && normal.path === path;
};

test(verifies('policy-tools.classes', 'a text has the shape of a path exactly when it is one in normal form'), () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '/',
      '.',
      '..',
      'a',
      'F',
      '2',
      '-',
      '%',
      '%25',
      '%20',
      '%2F',
      'a%2Fb',
      '..%2F',
      '%5C',
      '%3B',
      '%41',
      '%c3',
      '%C3',
      '!',
      ';',
      ' ',
    ),
    fc.nat(255).map((code) => `%${code.toString(16).toUpperCase().padStart(2, '0')}`),
  );
  const path = fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join('')}`);
  const withSlashes = pathsAt([{ host: 'a.example.com', port: 443, allow_encoded_slash: true }]);
  let [normal, encoded] = [0, 0];
  fc.assert(
    fc.property(path, (text) => {
      if (isNormal(text)) normal += 1;
      else if (isNormal(text, true)) encoded += 1;
      expect(fits(text)).toBe(isNormal(text));
      expect(fits(text, withSlashes)).toBe(isNormal(text, true));
      const matched = encodedSlashPatterns.some((pattern) => globMatches(pattern, text, '/'));
      if (isNormal(text, true)) expect(matched).toBe(text.includes('%2F'));
    }),
    { numRuns: scale(3_000) },
  );
  expect(normal).toBeGreaterThan(300);
  expect(encoded).toBeGreaterThan(20);
});

test(verifies('policy-tools.classes', 'paths that a rule spells with an encoding are asked about'), () => {
  const { classes } = textClasses(['/my%20files/**', '/*'], '/', normalPath);
  const [found] = classes.filter(({ patterns }) => patterns.includes(0));
  expect(found?.example).toMatch(/^\/my%20files\//);
  const { decide } = policy(
    'network_policies: { n: { endpoints: [{ host: a.example.com, port: 443, rules: [{ allow: { method: GET, path: "/my%20files/**" } }] }] } }',
  );
  const operation = { method: 'GET', path: found?.example ?? '', query: '', parameters: [] };
  const question = {
    kind: 'egress',
    caller: { agent: 'a' },
    host: 'a.example.com',
    port: 443,
    scheme: 'https',
  } as const;
  const data = { integrity: 'local', confidentiality: 'internal', readers: null, sources: [] } as const;
  expect(decide({ ...question, data: { ...data, sources: [] }, operation }).kind).toBe('allow');
});
