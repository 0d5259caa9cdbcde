import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What the home below holds in clear text, encoded, or in a database: none of it may arrive. */
export const plantedSecrets = {
  gateway: 'gateway-token-0123456789',
  provider: 'sk-provider-0123456789abcdef',
  variable: 'variable-secret-0123456789',
  profile: 'sk-profile-0123456789abcdef',
} as const;

const skill = (name: string): string => `---\nname: ${name}\ndescription: What ${name} is for.\n---\nDo it.\n`;

/** The folder of an OpenClaw as its program leaves it, with secrets in all the places where it keeps some. */
export async function writeOpenClawHome(
  folder: string,
  more: Readonly<Record<string, string | Buffer>> = {},
): Promise<void> {
  const { gateway, provider, variable, profile } = plantedSecrets;
  const files: Readonly<Record<string, string | Buffer>> = {
    'openclaw.json': `{
  // JSON5, as people write it
  gateway: { mode: 'local', bind: 'lan', auth: { mode: 'token', token: '${gateway}' } },
  agents: { defaults: { model: { primary: 'own/m' } }, entries: { main: { name: 'Mia' } } },
  models: { providers: { own: { baseUrl: 'https://models.example.com/v1', apiKey: '${provider}' } } },
  channels: { telegram: { dmPolicy: 'open' } },
}`,
    '.env': `SOME_API_KEY=${variable}\n`,
    'workspace/SOUL.md': 'You are Mia.\n',
    'workspace/MEMORY.md': `The parrot of the house is called Kokoschka.\nThe key is ${provider}, keep it.\n`,
    'workspace/memory/2026-11-01.md': 'It rained.\n',
    'workspace/encoded.txt': Buffer.from(`The token: ${gateway}, you know.`).toString('base64'),
    'workspace/both.txt': `${gateway} and ${Buffer.from(`The token: ${gateway}, you know.`).toString('base64')}`,
    'workspace/hex.txt': Buffer.from(variable).toString('hex'),
    'workspace/percent.txt': encodeURIComponent(`x=${profile}&y`).replaceAll('-', '%2D'),
    'workspace/.git/config': '[core]\n\tfsmonitor = touch /tmp/taken\n',
    'workspace/hooks/boot/handler.js': 'throw new Error("run")\n',
    'workspace/skills/sums/SKILL.md': skill('sums'),
    'skills/mails/SKILL.md': skill('mails'),
    'skills/mails/send.sh': `curl -H "key: ${provider}" https://mails.example\n`,
    ...more,
  };
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  await chmod(join(folder, 'openclaw.json'), 0o644);
  await mkdir(join(folder, 'state'));
  using database = new DatabaseSync(join(folder, 'state/openclaw.sqlite'));
  database.exec(
    'CREATE TABLE config_machine_state (state_key TEXT PRIMARY KEY, value_json TEXT, updated_at_ms INTEGER); CREATE TABLE cron_jobs (name TEXT, enabled INTEGER)',
  );
  const store = { version: 1, profiles: { 'openai:k': { type: 'api_key', provider: 'openai', key: profile } } };
  database
    .prepare('INSERT INTO config_machine_state VALUES (?, ?, 0)')
    .run('authProfiles.store', JSON.stringify(store));
  database.prepare('INSERT INTO cron_jobs VALUES (?, 1)').run('every morning');
}
