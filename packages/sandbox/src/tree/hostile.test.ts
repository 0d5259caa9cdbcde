import { chmod, chown, lstat, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verifies } from '@clawhold/testkit';
import { describe, expect, test } from 'vitest';
import { diffTree, type TreeDiff } from './diff.ts';
import { keepChanges } from './keep.ts';
import { readChange } from './read-change.ts';
import { testAccounts } from './testing/accounts.ts';
import { runAs } from './testing/process.ts';
import { makeStage } from './testing/stage.ts';
import type { World } from './testing/world.ts';
import { undoChanges } from './undo.ts';

const stage = await makeStage();

function refusals({ changes }: TreeDiff): Record<string, string | null> {
  return Object.fromEntries(changes.map(({ path, refused }) => [path, refused]));
}

describe.each(await testAccounts())('as $title', (account) => {
  const jobs = stage.jobs(account);
  const keepAll = async (world: World, id = 'k') => {
    const shown = await diffTree(jobs, world.view);
    return { shown, result: await keepChanges(jobs, world.view, { id, shown, paths: null }) };
  };

  test.each([
    '/etc/passwd',
    '../outside',
    'folder/../../outside',
    '../..',
    'name/../x',
    'inside/..',
    'out/file',
    'out',
    './../x',
    'folder/./..',
    '//x',
  ])(verifies('files.links-stay-inside', 'a link to %s is not kept'), async (target) => {
    await using world = await stage.world(account, [
      ['mkdir', 'folder'],
      ['symlink', 'out', '', '/etc'],
    ]);
    await world.run([
      ['symlink', 'evil', '', target],
      ['write', 'good', '', 'x'],
    ]);
    const { shown, result } = await keepAll(world);
    expect(refusals(shown)).toEqual({ evil: expect.stringContaining('out of the task folder'), good: null });
    expect(result.applied).toBe(true);
    expect(Object.keys(await world.taskFolder())).toEqual(['folder', 'good', 'out']);
    const forced = { ...shown, changes: shown.changes.map((change) => ({ ...change, refused: null })) };
    expect(await keepChanges(jobs, world.view, { id: 'forced', shown: forced, paths: ['evil'] })).toMatchObject({
      applied: false,
    });
  });

  test.each(['file', '../file', '../folder/deeper/nowhere', './deeper', '..'])(
    verifies('files.links-stay-inside', 'a link to %s stays inside and is kept'),
    async (target) => {
      await using world = await stage.world(account, [
        ['mkdir', 'folder'],
        ['write', 'file', '', 'x'],
      ]);
      await world.run([['symlink', 'folder/link', '', target]]);
      expect((await keepAll(world)).result.applied).toBe(true);
      expect(await world.taskFolder()).toMatchObject({ 'folder/link': `l 0000 ${target}` });
    },
  );

  test(verifies('files.only-plain-entries', 'pipes and sockets are reported, never opened, never kept'), async () => {
    await using world = await stage.world(account, [['write', 'was-a-file', '', 'mine']]);
    await world.run([
      ['fifo', 'pipe'],
      ['socket', 'socket'],
      ['remove', 'was-a-file'],
      ['fifo', 'was-a-file'],
    ]);
    const { shown, result } = await keepAll(world);
    expect(shown.changes.map(({ refused, type }) => refused !== null && type === 'other')).toEqual([true, true, true]);
    expect(result.applied).toBe(false);
    expect(await world.taskFolder()).toEqual({ 'was-a-file': 'f 0644 mine' });
    for (const change of shown.changes)
      expect(await readChange(jobs, world.view, change)).toMatchObject({ after: null });
  });

  test.each(['redirect', 'metacopy'])(
    verifies('files.only-plain-entries', 'an entry with the overlay mark "%s" is refused'),
    async (mark) => {
      await using world = await stage.world(account, [
        ['mkdir', 'secret'],
        ['write', 'secret/key', '', 'mine'],
      ]);
      const name = `${world.view.marks ?? 'user'}.overlay.${mark}`;
      await world.storage([
        ['mkdir', 'a'],
        ['attribute', 'a', name, '/secret'],
        ['write', 'b', '', ''],
        ['attribute', 'b', name, 'x'],
      ]);
      expect(refusals(await diffTree(jobs, world.view))).toEqual({ a: expect.any(String), b: expect.any(String) });
    },
  );

  test('whiteouts written as attributes delete, where their folder announces them', async () => {
    await using world = await stage.world(account, [
      ['mkdir', 'a'],
      ['write', 'a/x', '', 'mine'],
      ['write', 'y', '', 'mine'],
    ]);
    const prefix = `${world.view.marks ?? 'user'}.overlay`;
    await world.storage([
      ['mkdir', 'a'],
      ['attribute', 'a', `${prefix}.opaque`, 'x'],
      ['write', 'a/x', '', ''],
      ['attribute', 'a/x', `${prefix}.whiteout`, 'y'],
      ['write', 'y', '', ''],
      ['attribute', 'y', `${prefix}.whiteout`, 'y'],
    ]);
    const { changes } = await diffTree(jobs, world.view);
    expect(changes.map(({ path, change, refused }) => `${path} ${change} ${refused === null}`)).toEqual([
      'a/x deleted true',
      'y modified false',
    ]);
  });

  test(
    verifies('files.strips-privileges', 'setuid, setgid, sticky, foreign write and attributes stay behind'),
    async () => {
      await using world = await stage.world(account, [
        ['write', 'shared', '', 'old'],
        ['chmod', 'shared', '', '664'],
        ['attribute', 'shared', 'user.mine', 'kept'],
      ]);
      await world.run([
        ['write', 'tool', '', 'x'],
        ['chmod', 'tool', '', '6777'],
        ['attribute', 'tool', 'user.evil', 'x'],
        ['mkdir', 'drop'],
        ['chmod', 'drop', '', '7777'],
        ['write', 'shared', '', 'new'],
        ['attribute', 'shared', 'user.evil', 'x'],
      ]);
      expect((await keepAll(world)).result.applied).toBe(true);
      expect(await world.taskFolder()).toEqual({ drop: 'd 0755 ', shared: 'f 0664 new', tool: 'f 0755 x' });
      const { stdout } = await runAs(account, '/usr/bin/perl', [
        '-e',
        listAttributes,
        join(world.view.taskFolder, 'tool'),
        join(world.view.taskFolder, 'shared'),
      ]);
      expect(
        Buffer.from(stdout)
          .toString()
          .split('\0')
          .filter((name) => name.startsWith('user.')),
      ).toEqual(['user.mine']);
    },
  );

  test(
    verifies('files.any-name', 'newlines, invalid UTF-8 and names that look like base64 are neither lost nor confused'),
    async () => {
      const wild = Buffer.from([0x80, 0x0a, 0x80]);
      await using world = await stage.world(account);
      const seen = await world.run([
        ['write', wild, '', 'one'],
        ['write', wild.toString('base64'), '', 'two'],
        ['write', 'a\nb', '', 'three'],
        ['write', '-', '', 'x'],
        ['write', ' ', '', 'x'],
      ]);
      const shown = await diffTree(jobs, world.view);
      await expect(
        keepChanges(jobs, world.view, { id: 'k', shown, paths: [wild.toString('base64')] }),
      ).rejects.toMatchObject({ code: 'input_file_selection' });
      expect(await keepChanges(jobs, world.view, { id: 'k', shown, paths: null })).toMatchObject({ applied: true });
      expect(await world.taskFolder()).toEqual(seen);
      const change = shown.changes.find(({ pathEncoding }) => pathEncoding === 'base64');
      if (change === undefined) throw new Error('the wild name is not listed');
      expect((await readChange(jobs, world.view, change)).after?.toString()).toBe('one');
    },
  );

  test(verifies('files.bounded', 'a tree too deep for any path is listed, and its reachable part kept and undone'), {
    timeout: 60_000,
  }, async () => {
    await using world = await stage.world(account);
    await world.run([
      ['nest', 'n'.repeat(40), '', '120'],
      ['nest', 'd', '', '300'],
    ]);
    const { shown, result } = await keepAll(world);
    const refused = shown.changes.filter((change) => change.refused !== null);
    expect(refused.map(({ path }) => path.length > 3_800)).toEqual([true]);
    expect(shown.changes.some(({ path }) => path === `${'d/'.repeat(300)}bottom`)).toBe(true);
    expect(result.applied).toBe(true);
    await undoChanges(jobs, world.view, { id: 'k' });
    expect(await world.taskFolder()).toEqual({});
  });

  test(
    verifies('files.bounded', 'a giant sparse file is refused without being read; a small one keeps its holes'),
    async () => {
      await using world = await stage.world(account);
      await world.run([
        ['truncate', 'giant', '', String(2 ** 40)],
        ['truncate', 'sparse', '', String(2 ** 26)],
        ['append', 'sparse', '', 'end'],
      ]);
      const { shown, result } = await keepAll(world);
      expect(refusals(shown)).toEqual({ giant: expect.stringContaining('larger'), sparse: null });
      expect(result.applied).toBe(true);
      const kept = await stat(join(world.view.taskFolder, 'sparse'));
      expect(kept.size).toBe(2 ** 26 + 3);
      expect(kept.blocks * 512).toBeLessThan(2 ** 20);
    },
  );

  test(verifies('files.stays-inside', 'a parent that became a link leads nowhere'), async () => {
    await using world = await stage.world(account, [['mkdir', 'folder']]);
    await world.run([['write', 'folder/file', '', 'x']]);
    const shown = await diffTree(jobs, world.view);
    const outside = join(world.folder, 'outside');
    await mkdir(outside);
    await chmod(outside, 0o777);
    await world.person([
      ['remove', 'folder'],
      ['symlink', 'folder', '', outside],
    ]);
    expect(await keepChanges(jobs, world.view, { id: 'k', shown, paths: null, skipConflicts: true })).toMatchObject({
      applied: false,
    });
    await expect(lstat(join(outside, 'file'))).rejects.toThrow('ENOENT');
    // The same on the other side: what a link in the storage points at is never read.
    await writeFile(join(outside, 'secret'), 'secret');
    await world.storage([
      ['delete-tree', 'folder'],
      ['symlink', 'folder', '', outside],
    ]);
    const [change] = shown.changes;
    if (change === undefined) throw new Error('no change');
    expect(await readChange(jobs, world.view, { ...change, path: 'folder/secret', change: 'modified' })).toMatchObject({
      before: null,
      after: null,
    });
  });

  test('content is read up to a limit, and says so', async () => {
    await using world = await stage.world(account, [['write', 'file', '', 'before']]);
    await world.run([['write', 'file', '', 'after'.repeat(100)]]);
    const [change] = (await diffTree(jobs, world.view)).changes;
    if (change === undefined) throw new Error('no change');
    const { before, after, cut } = await readChange(jobs, world.view, change, { most: 10 });
    expect([before?.toString(), after?.toString(), cut]).toEqual(['before', 'afterafter', true]);
  });

  test('hard links are kept as files of their own', async () => {
    await using world = await stage.world(account);
    await world.run([
      ['write', 'one', '', 'x'],
      ['link', 'one', 'two'],
    ]);
    expect((await keepAll(world)).result.applied).toBe(true);
    expect((await stat(join(world.view.taskFolder, 'one'))).nlink).toBe(1);
  });

  test('names that keep uses itself are refused', async () => {
    await using world = await stage.world(account);
    await world.run([
      ['mkdir', '.clawhold-keep-k'],
      ['write', '.clawhold-keep-k/n0', '', 'x'],
    ]);
    const { shown, result } = await keepAll(world);
    expect(shown.changes.every(({ refused }) => refused !== null)).toBe(true);
    expect(result.applied).toBe(false);
  });
});

/** `listxattr`, which Node has no call for; 194 is its number on x86_64, 11 on aarch64. */
const listAttributes =
  'for (@ARGV) { my $b = "\\0" x 4096; my $n = syscall(`uname -m` =~ /x86_64/ ? 194 : 11, $_, $b, 4096); print substr($b, 0, $n > 0 ? $n : 0) }';

const root = (await testAccounts()).find(({ uid }) => uid === 0);

describe.runIf(root !== undefined)('as root, for the owner of the task folder', () => {
  if (root === undefined) return;
  const jobs = stage.jobs(root);
  const sandbox = 700_000;
  const owner = 1234;

  test(
    verifies('files.owner', "what the sandbox wrote becomes the owner's, and undo gives back what was"),
    async () => {
      await using world = await stage.world(root, [
        ['write', 'group', '', 'x'],
        ['write', 'file', '', 'x'],
      ]);
      const task = world.view.taskFolder;
      await chown(task, owner, owner);
      await chown(join(task, 'file'), owner, owner);
      await chown(join(task, 'group'), owner, 4321);
      await world.run([
        ['write', 'group', '', 'new'],
        ['write', 'file', '', 'new'],
        ['write', 'new', '', 'x'],
        ['symlink', 'link', '', 'new'],
        ['mkdir', 'folder'],
      ]);
      for (const name of ['group', 'file', 'new', 'folder']) await chown(join(world.upper, name), sandbox, sandbox);
      const shown = await diffTree(jobs, world.view);
      // The person's chown came after the start, so it counts as their change; what was shown is kept all the same by a new start.
      const begun = `${Math.ceil(Date.now() / 1000) + 5}.0.${(await stat(task)).ino}`;
      expect(await keepChanges(jobs, { ...world.view, begun }, { id: 'k', shown, paths: null })).toMatchObject({
        applied: true,
      });
      const owners = async (names: string[]) =>
        Promise.all(names.map(async (name) => lstat(join(task, name)).then(({ uid, gid }) => [name, uid, gid])));
      expect(await owners(['group', 'file', 'new', 'link', 'folder'])).toEqual([
        ['group', owner, 4321],
        ['file', owner, owner],
        ['new', owner, owner],
        ['link', owner, owner],
        ['folder', owner, owner],
      ]);
      await undoChanges(jobs, world.view, { id: 'k' });
      expect(await owners(['group', 'file'])).toEqual([
        ['group', owner, 4321],
        ['file', owner, owner],
      ]);
      expect(await readFile(join(task, 'file'), 'utf8')).toBe('x');
    },
  );

  test(verifies('files.only-plain-entries', 'a device is reported and never kept'), async () => {
    await using world = await stage.world(root);
    await world.run([['device', 'null']]);
    expect((await diffTree(jobs, world.view)).changes).toMatchObject([
      { path: 'null', type: 'other', refused: expect.any(String) },
    ]);
  });
});
