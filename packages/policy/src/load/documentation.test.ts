import { readFile } from 'node:fs/promises';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { checkPolicy } from '../index.ts';

const pages = ['docs/policy.md', 'README.md', 'README.zh-HK.md'];
const root = new URL('../../../../', import.meta.url);

/** The policies that a page shows; what is no document of its own is completed to one. */
async function shown(page: string): Promise<readonly string[]> {
  const text = await readFile(new URL(page, root), 'utf8');
  return [...text.matchAll(/^```yaml\n(.*?)^```/gms)]
    .map(([, block = '']) => block)
    .filter((block) => !/^(?:tests|default|providers|agents):/m.test(block))
    .map((block) => (/^version:/m.test(block) ? block : `version: 1\n${block}`));
}

test.each(pages)(verifies('policy.documented', 'every policy that %s shows is valid as it stands'), async (page) => {
  const documents = await shown(page);
  expect(documents.length).toBeGreaterThan(0);
  for (const source of documents) {
    const { loaded } = checkPolicy(source, page);
    expect(loaded.kind === 'invalid' ? { source, problems: loaded.problems } : 'valid').toBe('valid');
  }
});
