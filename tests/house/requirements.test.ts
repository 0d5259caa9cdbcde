import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRequirements, repositoryRoot, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { isForTests, sourceFiles } from './sources.ts';

/** A call of `verifies` with its id, over as many lines as the formatter likes. */
const citation = /\bverifies\(\s*'([^']+)'/g;

function citedIds(): ReadonlyMap<string, string> {
  const cited = new Map<string, string>();
  for (const file of sourceFiles().filter(isForTests))
    for (const [, id] of readFileSync(join(repositoryRoot, file), 'utf8').matchAll(citation))
      if (id !== undefined && !cited.has(id)) cited.set(id, file);
  return cited;
}

test(verifies('house.every-claim-is-tested', 'every requirement is cited by a test'), () => {
  const cited = citedIds();
  const unproven = readRequirements().filter((requirement) => !cited.has(requirement.id));
  expect(unproven.map((requirement) => `${requirement.file}: ${requirement.id}`)).toEqual([]);
});

test(verifies('house.every-claim-is-tested', 'every cited id is a requirement'), () => {
  const ids = new Set(readRequirements().map((requirement) => requirement.id));
  const unknown = [...citedIds()].filter(([id]) => !ids.has(id)).map(([id, file]) => `${file}: ${id}`);
  expect(unknown).toEqual([]);
});
