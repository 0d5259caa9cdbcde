import { verifies } from '@clawhold/testkit';
import { describe, expect, test } from 'vitest';
import { diffTree } from './diff.ts';
import { executionOf } from './executable-files.ts';
import { keepChanges } from './keep.ts';
import { testAccounts } from './testing/accounts.ts';
import { makeStage } from './testing/stage.ts';
import type { Operation } from './testing/world.ts';

const stage = await makeStage();

const unasked = (path: string, type: 'file' | 'symlink' = 'file'): boolean =>
  executionOf({ path, type, mode: 0o644 })?.unasked === true;

test.each([
  '.git/hooks/pre-commit',
  '.git/config',
  'vendor/lib/.git/config',
  '.git/modules/sub/config',
  '.git/worktrees/tree/config.worktree',
  '.git/worktrees/tree/commondir',
  'bare.git/hooks/post-checkout',
  'no-suffix/config',
  'scripts/hooks/pre-push',
  '.git/rebase-merge/git-rebase-todo',
  '.GIT/Hooks/Pre-Commit',
  '.g\u200cit/config',
  'GIT~1/config',
  '.husky/pre-commit',
  '.pre-commit-config.yaml',
  '.envrc',
  '.BASHRC',
  'home/.profile',
  '.vscode/tasks.json',
  '.idea/runConfigurations/x.xml',
  '.devcontainer/devcontainer.json',
  '.claude/settings.json',
  '.mcp.json',
  '.ssh/authorized_keys',
])(verifies('files.unasked-by-path', '%s runs unasked'), (path) => expect(unasked(path)).toBe(true));

test(verifies('files.unasked-by-path', 'so does a file or a link in the place of such a folder'), () => {
  for (const path of ['.git', 'sub/.git', '.git/hooks', '.vscode', '.husky']) {
    expect(unasked(path, 'symlink')).toBe(true);
    expect(unasked(path)).toBe(true);
  }
});

test.each([
  '.git/index',
  '.git/objects/ab/cd',
  'Makefile',
  'package.json',
  'AGENTS.md',
  'run.sh',
  'src/config.ts',
  '.env',
])('%s does not', (path) => expect(unasked(path)).toBe(false));

describe.each(await testAccounts())('as $title', (account) => {
  const jobs = stage.jobs(account);
  const theirs: readonly Operation[] = [
    ['mkdir', '.git'],
    ['mkdir', '.git/hooks'],
    ['write', '.git/config', '', '[core]'],
    ['mkdir', 'old'],
    ['mkdir', 'old/.vscode'],
    ['write', 'old/.vscode/settings.json', '', '{}'],
    ['write', 'old/a.txt', '', 'a'],
  ];
  const hostile: readonly Operation[] = [
    ['write', '.git/hooks/pre-commit', '', '#!/bin/sh'],
    ['write', '.git/config', '', '[core]\nfsmonitor = evil'],
    ['mkdir', 'staged'],
    ['write', 'staged/.envrc', '', 'evil'],
    ['rename', 'staged', 'new'],
    ['mkdir', 'sub'],
    ['symlink', 'sub/.git', '', '../elsewhere'],
    ['delete-tree', 'old'],
    ['write', 'report.md', '', 'done'],
  ];
  const traps = ['.git/config', '.git/hooks/pre-commit', 'new/.envrc', 'old/.vscode/settings.json', 'sub/.git'];

  test(
    verifies('files.unasked-by-path', 'a keep of all leaves them out and says so; one of their paths brings them'),
    async () => {
      await using world = await stage.world(account, theirs);
      await world.run(hostile);
      const shown = await diffTree(jobs, world.view);
      expect(
        shown.changes
          .filter(({ onlyByPath }) => onlyByPath)
          .map(({ path }) => path)
          .toSorted(),
      ).toEqual(traps);
      const all = await keepChanges(jobs, world.view, { id: 'all', shown, paths: null });
      expect(all.applied).toBe(true);
      const refused = all.outcomes.filter(({ outcome }) => outcome !== 'applied').map(({ path }) => path);
      expect(refused.toSorted()).toEqual([...traps, 'old', 'old/.vscode'].toSorted());
      const after = await world.taskFolder();
      expect(after).toMatchObject({ '.git/config': expect.stringContaining('[core]'), 'report.md': expect.anything() });
      expect(after['.git/config']).not.toContain('evil');
      for (const path of ['.git/hooks/pre-commit', 'new/.envrc', 'sub/.git', 'old/a.txt'])
        expect(after).not.toHaveProperty([path]);
      expect(after).toHaveProperty(['old/.vscode/settings.json']);

      const rest = await diffTree(jobs, world.view);
      const named = await keepChanges(jobs, world.view, { id: 'named', shown: rest, paths: ['.git/hooks/pre-commit'] });
      expect(named.applied).toBe(true);
      expect(await world.taskFolder()).toHaveProperty(['.git/hooks/pre-commit']);
    },
  );
});
