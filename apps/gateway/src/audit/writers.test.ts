import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventType } from '@clawhold/spec';
import { repositoryRoot, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { assertMayWrite } from './writers.ts';

test(
  verifies('gateway.events-by-their-writer', 'a supervisor may write every event that its code writes, and no other'),
  async () => {
    const written = new Set<string>();
    for await (const file of glob('apps/supervisor/src/**/*.ts', { cwd: repositoryRoot, exclude: ['**/*.test.ts'] }))
      for (const [, type = ''] of (await readFile(join(repositoryRoot, file), 'utf8')).matchAll(
        /ledgerEvent\(\s*'([\w.]+)'/g,
      ))
        written.add(type);
    expect(written.size).toBeGreaterThan(5);
    for (const type of written) expect(() => assertMayWrite('supervisor', type as EventType), type).not.toThrow(); // from our own code
    for (const type of ['approval.granted', 'approval.agreed', 'person.added', 'policy.published'] as const)
      for (const peer of ['supervisor', 'worker'] as const)
        expect(() => assertMayWrite(peer, type), type).toThrow('may not record');
  },
);
