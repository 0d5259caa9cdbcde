import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { diffTree } from './diff.ts';
import { executionOf } from './executable-files.ts';
import { testAccounts } from './testing/accounts.ts';
import { makeStage } from './testing/stage.ts';

const stage = await makeStage();

test.each([
  '.git/hooks/pre-commit',
  'vendor/lib/.git/config',
  '.git',
  '.gitattributes',
  'Makefile',
  'sub/makefile',
  'rules.mk',
  'package.json',
  'apps/a/package.json',
  '.npmrc',
  'vite.config.ts',
  '.github/workflows/ci.yml',
  '.gitlab-ci.yml',
  'Jenkinsfile',
  '.vscode/tasks.json',
  '.idea/workspace.xml',
  '.envrc',
  '.bashrc',
  '.pre-commit-config.yaml',
  'Dockerfile',
  'Dockerfile.dev',
  'compose.yaml',
  'build.gradle',
  'gradle/wrapper/gradle-wrapper.properties',
  'pom.xml',
  'tox.ini',
  'noxfile.py',
  'tests/conftest.py',
  'setup.py',
  'pyproject.toml',
  'Cargo.toml',
  '.cargo/config.toml',
  'build.rs',
  'run.sh',
  'deep/er/tool.ps1',
  '.husky/pre-push',
  'CLAUDE.md',
  'AGENTS.md',
  '.cursor/rules/x.mdc',
  'sheet.xlsm',
  'PACKAGE.JSON',
  '.ssh/authorized_keys',
])(verifies('files.executables-first', '%s counts as executable'), (path) => {
  expect(executionOf({ path, type: 'file', mode: 0o644 })?.reason).toMatch(/^(is|builds|changes|gives|runs) /);
});

test.each([
  'report.md',
  'invoices/1.csv',
  'makefile-notes.txt',
  'notes/git.txt',
  'data.json',
  'package.json.bak',
  'a.git.md',
])('%s does not', (path) => expect(executionOf({ path, type: 'file', mode: 0o644 })).toBeNull());

test(verifies('files.executables-first', 'an execute bit counts, whatever the name'), () => {
  expect(executionOf({ path: 'report.md', type: 'file', mode: 0o744 })?.reason).toBe('may be executed');
  expect(executionOf({ path: 'reports', type: 'directory', mode: 0o755 })).toBeNull();
});

test.each(await testAccounts())(
  verifies('files.executables-first', 'they come first in the list, as $title'),
  async (account) => {
    await using world = await stage.world(account, [['write', 'build.sh']]);
    await world.run([
      ...['a.txt', 'b.txt', 'z.sh', 'Makefile'].map((path) => ['write', path, '', 'x'] as const),
      ['chmod', 'b.txt', '', '755'],
      ['remove', 'build.sh'],
      ['symlink', 'conftest.py', '', 'a.txt'],
    ]);
    const { changes } = await diffTree(stage.jobs(account), world.view);
    expect(changes.map(({ path }) => path)).toEqual(['Makefile', 'b.txt', 'build.sh', 'conftest.py', 'z.sh', 'a.txt']);
  },
);
