import { leavesOf, type OpenClawConfiguration, textAt } from './configuration.ts';
import { type SecretUse, useOf } from './services.ts';

/** A secret that was found in an OpenClaw. */
export interface FoundSecret {
  readonly value: string;
  /** File and key, as a person finds it. */
  readonly where: string;
  /** What it is of, for its name in the store. */
  readonly service: string;
  /** What becomes of it: it is stored for this use, or this is why it is of no use here. */
  readonly becomes: { readonly use: SecretUse } | { readonly dropped: string };
}

/** Fewer characters cannot be told from ordinary words. */
const fewestCharacters = 8;

const secretKey =
  /(?:^|[a-z_-])(?:api_?-?key|key|token|secret|password|passphrase|credentials?|cookie|nsec|authtag|authorization)$/i;
/** They end like names of secrets, and are none. */
const harmlessKey =
  /(?:session|public|store|main|idempotency|route|sort|thread|prompt|cache|group|dedupe)_?-?key$|max_?-?tokens?$/i;
const secretVariable = /KEY|TOKEN|SECRET|PASS|CREDENTIAL|AUTH|COOKIE|DSN/i;

const ownToken = 'it opens the gateway of that OpenClaw, and here each run has one of its own';
const signIn = 'it is a sign-in that only its own program can renew; sign in where you use it';

/** Every secret in the text of a configuration. */
export function secretsIn(configuration: OpenClawConfiguration, file: string): readonly FoundSecret[] {
  return leavesOf(configuration).flatMap(({ path, value }): readonly FoundSecret[] => {
    if (typeof value !== 'string') return [];
    const where = `${file} ${path.join('.')}`;
    const embedded = passwordOfUrl(value);
    if (embedded !== undefined)
      return [{ value: embedded, where, service: serviceOf(path), becomes: { use: useOf(path, value) } }];
    if (!isSecretPath(path) || !isSecretValue(value)) return [];
    if (path[0] === 'gateway' || (path[0] === 'hooks' && path[1] === 'token'))
      return [{ value, where, service: 'gateway', becomes: { dropped: ownToken } }];
    const address = path[0] === 'models' ? textAt(configuration, ...path.slice(0, 3), 'baseUrl') : undefined;
    return [{ value, where, service: serviceOf(path), becomes: { use: useOf([...path].toReversed(), address) } }];
  });
}

/**
 * Every secret in a store of auth profiles: `auth-profiles.json`, `auth.json`, `credentials/oauth.json`, and the same in
 * the databases of OpenClaw.
 */
export function secretsInProfiles(store: unknown, file: string): readonly FoundSecret[] {
  return leavesOf(store).flatMap(({ path, value }): readonly FoundSecret[] => {
    if (typeof value !== 'string' || !isSecretValue(value)) return [];
    const key = path.at(-1) ?? '';
    const profile = path.slice(0, -1);
    const service = textAt(store, ...profile, 'provider') ?? profile.at(-1) ?? 'profile';
    const where = `${file} ${path.join('.')}`;
    if (/^(access|refresh|idtoken|id_token|accesstoken|refreshtoken)$/i.test(key))
      return [{ value, where, service, becomes: { dropped: signIn } }];
    if (!secretKey.test(key) || harmlessKey.test(key)) return [];
    return [{ value, where, service, becomes: { use: useOf([service]) } }];
  });
}

/** Every secret in a file of variables (`.env`). */
export function secretsInVariables(text: string, file: string): readonly FoundSecret[] {
  return text.split('\n').flatMap((line): readonly FoundSecret[] => {
    const [, name = '', written = ''] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    const value = /^(["'])(.*)\1$/.exec(written)?.[2] ?? written.replace(/\s+#.*$/, '');
    if (!secretVariable.test(name) || !isSecretValue(value)) return [];
    if (name.startsWith('OPENCLAW_'))
      return [{ value, where: `${file} ${name}`, service: 'gateway', becomes: { dropped: ownToken } }];
    return [{ value, where: `${file} ${name}`, service: name.toLowerCase(), becomes: { use: useOf([name]) } }];
  });
}

function isSecretPath(path: readonly string[]): boolean {
  const key = path.at(-1) ?? '';
  // A list of secrets has the name of the list.
  const named = /^\d+$/.test(key) ? (path.at(-2) ?? '').replace(/s$/, '') : key;
  const holder = path.at(-2) ?? '';
  if (holder === 'headers' || holder === 'clientKey') return !/^(content-type|accept|user-agent)$/i.test(key);
  if (holder === 'env' || holder === 'vars') return secretVariable.test(key);
  return secretKey.test(named) && !harmlessKey.test(named);
}

function isSecretValue(value: string): boolean {
  // A reference to a variable, and what its own tools write in place of a secret.
  return value.length >= fewestCharacters && !/^\$\{?\w+\}?$|^__.*__$|\*{4}/.test(value);
}

function passwordOfUrl(value: string): string | undefined {
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/\s]*@/i.test(value)) return undefined;
  const password = URL.parse(value)?.password ?? '';
  return password.length < fewestCharacters ? undefined : decoded(password);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What a person calls it: the provider, the channel, the plugin, or the key itself. */
function serviceOf(path: readonly string[]): string {
  const [first = '', second = '', third = ''] = path;
  if (first === 'models' || first === 'plugins' || first === 'mcp' || first === 'skills') return third || first;
  if (first === 'channels') return second || first;
  if (first === 'env') return (path.at(-1) ?? first).toLowerCase();
  return `${first}-${path.at(-1) ?? ''}`.toLowerCase();
}
