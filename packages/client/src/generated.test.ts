import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { generateTypes } from '../scripts/schema-text.mjs';

test(verifies('house.client-is-generated', 'the types are what openapi.json says'), async () => {
  const read = (...path: string[]): string => readFileSync(join(import.meta.dirname, ...path), 'utf8');
  expect(read('generated', 'schema.ts')).toBe(await generateTypes(JSON.parse(read('..', 'openapi.json'))));
});
