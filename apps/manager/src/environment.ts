import { readFileSync } from 'node:fs';
import type { SupervisorStart } from '@clawhold/spec';

/** What our own processes get of the person's environment; a sandbox gets nothing of it. */
const passedOn = ['LANG', 'LC_ALL', 'TZ', 'NODE_EXTRA_CA_CERTS'] as const;

/** Variables that hold provider keys: they go to the supervisor only, in its start document. */
const keyVariables = [
  'OPENAI_API_KEY',
  'OPENAI_BASE_URL',
  'OPENAI_MODEL',
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_MODEL',
] as const;

/** Keys for `models.yaml` may come under any name with this prefix. */
const keyPrefix = 'CLAWHOLD_KEY_';

export function childEnvironment(environment: NodeJS.ProcessEnv, nodeFolder: string): Record<string, string> {
  const own = { PATH: `${nodeFolder}:/usr/sbin:/usr/bin:/sbin:/bin`, HOME: '/nonexistent', NODE_ENV: 'production' };
  return { ...own, ...pick(environment, (name) => (passedOn as readonly string[]).includes(name)) };
}

export function providerKeys(environment: NodeJS.ProcessEnv): Record<string, string> {
  return pick(environment, (name) => (keyVariables as readonly string[]).includes(name) || name.startsWith(keyPrefix));
}

/** The company's proxy: it holds a password, so it goes to the supervisor only, in its start document. */
export function companyProxy(environment: NodeJS.ProcessEnv): SupervisorStart['companyProxy'] {
  const { CLAWHOLD_COMPANY_PROXY: url, CLAWHOLD_COMPANY_PROXY_AUTHORITIES: file } = environment;
  if (url === undefined || url === '') return undefined;
  return file === undefined || file === '' ? { url } : { url, authorities: readFileSync(file, 'utf8') };
}

function pick(environment: NodeJS.ProcessEnv, wanted: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value !== undefined && value !== '' && wanted(name) ? [[name, value]] : [],
    ),
  );
}
