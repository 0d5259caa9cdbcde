import { execFile } from 'node:child_process';
import { link, mkdir, readdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { scale, temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { rehearse } from './adopt.ts';
import { drawReport } from './draw-report.ts';
import { plantedSecrets, writeOpenClawHome } from './testing/openclaw-home.ts';

const run = promisify(execFile);

async function home(more: Readonly<Record<string, string | Buffer>> = {}): Promise<string> {
  const folder = join(await temporaryFolder(), 'openclaw');
  await writeOpenClawHome(folder, more);
  return folder;
}

const look = (path: string, agent?: string) => rehearse('mia', { path, agent });

test(
  verifies('adoption.secrets-moved', 'each secret is planned once, by where it was and where it may go'),
  async () => {
    const folder = await home();
    const before = await readdir(folder, { recursive: true });
    const report = await look(folder);
    expect(report.credentials.map(({ name, host, where }) => `${name} ${host} ${where}`)).toEqual([
      'mia-own models.example.com openclaw.json models.providers.own.apiKey',
      'mia-some-api-key nowhere.invalid .env SOME_API_KEY',
      'mia-openai api.openai.com state/openclaw.sqlite profiles.openai:k.key',
    ]);
    expect(report.dropped.map(({ where }) => where)).toEqual(['openclaw.json gateway.auth.token']);
    expect(report.taken).toMatchObject({ files: 3, scrubbed: ['MEMORY.md'] });
    const hidden = report.leftOut.filter(({ why }) => why.includes('in a form that cannot be taken out'));
    expect(hidden.map(({ path }) => path)).toEqual([
      'workspace/both.txt',
      'workspace/encoded.txt',
      'workspace/hex.txt',
      'workspace/percent.txt',
    ]);
    expect(report.skills.map(({ id }) => id)).toEqual(['sums', 'mails']);
    expect(report.leftOut.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['workspace/.git', 'workspace/hooks']),
    );
    const told = report.discovery.notTaken.map(({ what }) => what);
    expect(told).toEqual(expect.arrayContaining(['channels: telegram', 'timed jobs (cron): every morning']));
    const dangers = report.discovery.dangers.map(({ what }) => what);
    expect(dangers).toContain('Every account of the machine may read its secrets (openclaw.json, .env).');
    expect(dangers).toContain('Skills bring programs (mails).');
    for (const secret of Object.values(plantedSecrets)) {
      expect(JSON.stringify(report)).not.toContain(secret);
      expect(drawReport(report)).not.toContain(secret);
    }
    expect(await readdir(folder, { recursive: true })).toEqual(before);
  },
);

test(verifies('adoption.hostile', 'no link, pipe, foreign name or second name is read'), async () => {
  const outside = join(await temporaryFolder(), 'outside');
  await mkdir(outside);
  await writeFile(join(outside, 'secret.md'), 'not of the agent');
  const folder = await home();
  const workspace = join(folder, 'workspace');
  await symlink(join(outside, 'secret.md'), join(workspace, 'USER.md'));
  await symlink(outside, join(workspace, 'linked'));
  await link(join(outside, 'secret.md'), join(workspace, 'second.md'));
  await run('mkfifo', [join(workspace, 'pipe.md'), join(folder, 'secrets.json')]);
  await writeFile(join(workspace, 'two\nlines.md'), 'x');
  await writeFile(join(workspace, 'large.md'), '');
  await truncate(join(workspace, 'large.md'), 2 ** 40);
  await symlink(outside, join(folder, 'credentials'));
  await symlink(outside, join(workspace, 'skills/linked'));
  const report = await look(folder);
  const why = Object.fromEntries(report.leftOut.map((one) => [one.path, one.why]));
  expect(why).toMatchObject({
    'workspace/USER.md': 'it is a symbolic link',
    'workspace/linked': 'it is a symbolic link',
    'workspace/second.md': 'it has a second name somewhere',
    'workspace/pipe.md': 'it is no regular file',
    'workspace/two\nlines.md': 'its name has characters that no name should have',
    'workspace/large.md': 'it is larger than 16 MiB',
    'workspace/skills/linked': 'it is a symbolic link',
    'secrets.json': 'it is no regular file, so secrets in it are not known',
  });
  expect(report.taken.files).toBe(3);
  // Nobody's terminal obeys a name.
  expect(drawReport(report)).not.toContain('two\nlines');
});

test(
  verifies('adoption.hostile', 'a workspace elsewhere, and an agent whose name is a path, are refused'),
  async () => {
    const named = (workspace: string) =>
      `{agents: {defaults: {workspace: ${JSON.stringify(workspace)}}, entries: {main: {}}}}`;
    for (const elsewhere of ['/etc', '../..', '~/.ssh', '/']) {
      const folder = join(await temporaryFolder(), 'openclaw');
      await mkdir(folder);
      await writeFile(join(folder, 'openclaw.json'), named(elsewhere));
      await expect(look(folder)).rejects.toMatchObject({ code: 'input_adopt_workspace' });
    }
    const folder = await home({ 'openclaw.json': '{agents: {entries: {"../../etc": {default: true}}}}' });
    await expect(look(folder)).rejects.toMatchObject({ code: 'input_adopt_not_openclaw' });
  },
);

test.runIf(scale(1) > 1)(verifies('adoption.hostile', 'a workspace of too many files is one sentence'), async () => {
  const folder = await home();
  const temporary = await temporaryFolder();
  vi.stubEnv('TMPDIR', temporary);
  const many = join(folder, 'workspace/many');
  await mkdir(many);
  await run('/bin/sh', ['-c', 'seq 1 20001 | xargs touch'], { cwd: many });
  await expect(look(folder)).rejects.toMatchObject({
    code: 'input_adopt_too_large',
    message: 'There is more than 20,000 files to take over.',
  });
  expect(await readdir(temporary)).toEqual([]);
});

test(
  verifies('adoption.hostile', 'a database that is none, or that would never end, is left out and said'),
  async () => {
    const folder = await home({ 'agents/main/agent/openclaw-agent.sqlite': Buffer.alloc(8_192, 0x41) });
    using database = new DatabaseSync(join(folder, 'state/openclaw.sqlite'));
    database.exec(`ALTER TABLE config_machine_state RENAME TO old;
    CREATE VIEW config_machine_state AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
      SELECT i AS value_json, 'authProfiles.store' AS state_key FROM n`);
    const report = await look(folder);
    expect(report.leftOut).toContainEqual({
      path: 'agents/main/agent/openclaw-agent.sqlite',
      why: 'it cannot be read as a database of OpenClaw, so secrets in it are not known',
    });
    expect(report.credentials.map(({ name }) => name)).not.toContain('mia-openai');
    const { size } = await stat(join(folder, 'state/openclaw.sqlite'));
    expect(size).toBeGreaterThan(0);
    expect(await readFile(join(folder, 'workspace/SOUL.md'), 'utf8')).toBe('You are Mia.\n');
  },
);

test('what is no OpenClaw is one sentence', async () => {
  const folder = await temporaryFolder();
  await expect(look(folder)).rejects.toMatchObject({ code: 'input_adopt_not_openclaw' });
  await writeFile(join(folder, 'openclaw.json'), '{ broken');
  await expect(look(folder)).rejects.toMatchObject({
    message: 'That folder is no OpenClaw that can be adopted: its openclaw.json cannot be read: it is no JSON5 at 1:9.',
  });
});
