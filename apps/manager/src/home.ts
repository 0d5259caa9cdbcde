import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Account, type Accounts, accountNames } from './accounts.ts';

/** Where the state of an installation lies: `CLAWHOLD_HOME`, else `~/.clawhold`. */
export function homeFolder(environment: NodeJS.ProcessEnv): string {
  return resolve(environment['CLAWHOLD_HOME'] ?? join(environment['HOME'] ?? homedir(), '.clawhold'));
}

/** Folders of the state, each with the process that owns it. */
export interface HomeLayout {
  readonly postgres: string;
  readonly api: string;
  readonly worker: string;
  readonly supervisor: string;
  /** `ceiling.yaml`, `policies/`, `agents/`, `models.yaml`: the operator's, readable by our accounts, no secrets. */
  readonly configuration: string;
  /** Third-party agents as `clawhold agent create` installed them. */
  readonly installed: string;
  /** Where npm works while it installs one. */
  readonly installer: string;
  /** Sockets of host services that a ceiling names. */
  readonly services: string;
  readonly logs: string;
}

const folders = [
  'postgres',
  'api',
  'worker',
  'supervisor',
  'configuration',
  'installed',
  'installer',
  'services',
  'logs',
] as const;

/** Where the parts lie below `home`. */
function homeLayout(home: string): HomeLayout {
  // Every name of `folders` is a key of HomeLayout.
  return Object.fromEntries(folders.map((name) => [name, join(home, name)])) as unknown as HomeLayout;
}

/** Makes what is missing and gives each folder to its account. Safe to repeat. */
export function prepareHome(home: string, accounts: Accounts, defaults: string): HomeLayout {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  // Our accounts pass through it to their own folders; the folders themselves are closed.
  if (process.getuid?.() === 0) chmodSync(home, 0o711);
  const layout = homeLayout(home);
  for (const name of accountNames) own(layout[name], accounts.of[name]);
  mkdirSync(layout.logs, { recursive: true, mode: 0o700 });
  mkdirSync(layout.services, { recursive: true });
  chmodSync(layout.services, 0o711);
  mkdirSync(layout.installed, { recursive: true, mode: 0o755 });
  installDefaults(layout.configuration, defaults);
  return layout;
}

function own(folder: string, account: Account): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (process.getuid?.() === 0) chownSync(folder, account.uid, account.gid);
}

/** The defaults come whole or not at all, and never over what an operator wrote. */
function installDefaults(configuration: string, defaults: string): void {
  if (existsSync(configuration)) return;
  const fresh = `${configuration}.new`;
  cpSync(defaults, fresh, { recursive: true, force: true });
  renameSync(fresh, configuration);
}

/** Reads a secret of 256 bits from a 0600 file, making it at the first start. */
export function readOrCreateSecret(path: string): string {
  if (!existsSync(path)) {
    const fresh = `${path}.new`;
    writeFileSync(fresh, randomBytes(32).toString('base64url'), { mode: 0o600 });
    renameSync(fresh, path);
  }
  return readFileSync(path, 'utf8').trim();
}
