import { accessSync, constants, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ClawholdError } from '@clawhold/spec/error';

/** The operator's own configuration of npm: where packages come from, and by which way. */
export interface NpmSettings {
  /** The text of their `.npmrc`; '' when there is none. */
  readonly text: string;
  readonly environment: Readonly<Record<string, string>>;
}

const variables = /^(npm_config_.*|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR|PATH|LANG)$/i;
/** Read by npm before the file is; it is ours to say. */
const ours = /^npm_config_(userconfig|cache|prefix|ignore_scripts|dry_run|loglevel)$/i;

export function readNpmSettings(environment: NodeJS.ProcessEnv = process.env): NpmSettings {
  const named = Object.entries(environment).find(([name]) => /^npm_config_userconfig$/i.test(name))?.[1];
  const text = readIfThere(named ?? join(environment['HOME'] ?? homedir(), '.npmrc'));
  // What the file takes from the environment, such as a token.
  const referred = new Set([...text.matchAll(/\$\{(\w+)\??\}/g)].map(([, name]) => name));
  const taken = Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && !ours.test(name) && (variables.test(name) || referred.has(name)) ? [[name, value]] : [],
  );
  return { text, environment: Object.fromEntries(taken) };
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** @throws ClawholdError `host_npm_missing`. */
export function findNpm(path: string = process.env['PATH'] ?? ''): string {
  for (const folder of path.split(delimiter)) {
    const npm = join(folder, 'npm');
    try {
      accessSync(npm, constants.X_OK);
      return npm;
    } catch {
      // The next one, then.
    }
  }
  throw new ClawholdError('host_npm_missing', 'npm, which installs agents, is not on the PATH.', {
    hint: 'Install it (Debian: apt install npm), then try again.',
  });
}
