import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { openKeyFile } from './key-file.ts';

test(verifies('gateway.key-files', 'a damaged one is told with what to do'), async () => {
  const path = join(await temporaryFolder(), 'key');
  await writeFile(path, 'short');
  await expect(openKeyFile(path, 32)).rejects.toMatchObject({ code: 'gateway_key_unreadable' });
});
