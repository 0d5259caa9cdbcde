import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';

test(
  verifies('policy.presets-listed', 'the list of presets in the documentation is the one that their files give'),
  () => {
    const script = join(repositoryRoot, 'packages/policy/scripts/list-presets.mjs');
    const list = execFileSync(process.execPath, [script], { encoding: 'utf8' });
    expect(list).toContain('| [slack](');
    expect(readFileSync(join(repositoryRoot, 'docs/policy-presets.md'), 'utf8')).toBe(list);
  },
);
