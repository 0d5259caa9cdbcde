import { execFile } from 'node:child_process';
import { chmod, chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { verifies } from '@clawhold/testkit';
import { describe, expect, test } from 'vitest';
import { diffTree } from './diff.ts';
import { keepChanges } from './keep.ts';
import { maskTaskFolder } from './mask.ts';
import { testAccounts } from './testing/accounts.ts';
import { makeStage } from './testing/stage.ts';
import type { Operation } from './testing/world.ts';

const stage = await makeStage();
const builtIn = { hide: [], show: [] } as const;
const key = '-----BEGIN OPENSSH PRIVATE KEY-----';

const write = (path: string, content = ''): Operation => ['write', path, '', content];

describe.each(await testAccounts())('as $title', (account) => {
  const jobs = stage.jobs(account);

  test(
    verifies('sandbox.hidden-secrets', 'names that are mostly no secret are hidden for what they hold'),
    async () => {
      await using world = await stage.world(account, [
        ...['.env', '.Env.Production', 'id_ed25519', 'a.kdbx', '.netrc'].map((path) => write(path)),
        ...['.env.example', '.envrc', 'my.env.txt', 'id_ed25519.pub', 'AGENTS.md', 'notes.key.txt'].map((path) =>
          write(path),
        ),
        write('server.pem', key),
        write('public.pem', '-----BEGIN CERTIFICATE-----'),
        write('.npmrc', 'registry=https://registry.example/'),
        ['mkdir', 'sub'],
        write('sub/.npmrc', '//registry.example/:_authToken=x'),
        ['mkdir', '.aws'],
        write('.aws/config'),
        write('.aws/credentials'),
        ['mkdir', '.claude'],
        write('.claude/settings.json'),
        write('.claude/.credentials.json'),
        ['symlink', 'config/.env', '', '/etc/passwd'],
      ]);
      expect((await maskTaskFolder(jobs, world.view, builtIn)).toSorted()).toEqual(
        ['.Env.Production', '.aws/credentials', '.claude/.credentials.json', '.env', '.netrc', 'a.kdbx']
          .concat(['id_ed25519', 'server.pem', 'sub/.npmrc'])
          .toSorted(),
      );
    },
  );

  test(verifies('sandbox.hidden-secrets', 'a policy hides more, and shows what it names'), async () => {
    await using world = await stage.world(account, [
      write('.env'),
      write('prices.csv'),
      ['mkdir', 'a'],
      write('a/.env'),
    ]);
    const hidden = await maskTaskFolder(jobs, world.view, { hide: ['*.csv'], show: ['a/.env'] });
    expect(hidden.toSorted()).toEqual(['.env', 'prices.csv']);
    await world.person([
      ['remove', '.env'],
      ['remove', 'prices.csv'],
      ['remove', 'a/.env'],
    ]);
    expect(await maskTaskFolder(jobs, world.view, builtIn)).toEqual([]);
    await expect(promisify(execFile)('ls', [join(world.view.storage, 'view/mask')])).rejects.toThrow('No such file');
  });

  test.runIf(account.uid !== 0)(
    verifies('sandbox.hidden-secrets', 'a folder that cannot be looked through is hidden as a whole'),
    async () => {
      await using world = await stage.world(account, [['mkdir', 'closed'], write('closed/.env')]);
      const closed = join(world.view.taskFolder, 'closed');
      await chmod(closed, 0o300);
      expect(await maskTaskFolder(jobs, world.view, builtIn)).toEqual(['closed']);
      await chmod(closed, 0o700);
    },
  );

  test(verifies('files.hidden-untouched', 'keeping what a run made there leaves the hidden file alone'), async () => {
    await using world = await stage.world(account, [
      write('.env', 'secret'),
      ['mkdir', 'old'],
      write('old/.env', 'secret'),
      write('old/a', 'a'),
      write('b', 'b'),
    ]);
    await maskTaskFolder(jobs, world.view, builtIn);
    const before = await world.taskFolder();
    await world.run([write('.env', 'mine'), ['delete-tree', 'old'], write('b', 'c')]);
    const shown = await diffTree(jobs, world.view);
    expect(shown.changes.filter(({ refused }) => refused !== null).map(({ path }) => path)).toEqual([
      '.env',
      'old/.env',
    ]);
    const named = await keepChanges(jobs, world.view, { id: 'named', shown, paths: ['.env', 'old/.env'] });
    expect(named).toMatchObject({ applied: false, outcomes: [{ outcome: 'refused' }, { outcome: 'refused' }] });
    const all = await keepChanges(jobs, world.view, { id: 'all', shown, paths: null });
    expect(all.applied).toBe(true);
    const { '.env': top, 'old/.env': inFolder, b } = await world.taskFolder();
    expect({ top, inFolder }).toEqual({ top: before['.env'], inFolder: before['old/.env'] });
    expect(b).toContain('c');
  });

  test('what was begun by a job that was killed is begun again', async () => {
    await using world = await stage.world(account, [write('.env')]);
    const rest = join(world.view.storage, 'view/mask.new');
    await writeFile(rest, '');
    await chown(rest, account.uid, account.gid);
    expect(await maskTaskFolder(jobs, world.view, builtIn)).toEqual(['.env']);
  });
});
