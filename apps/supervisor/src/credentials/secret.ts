import type { AwsKey, CredentialValue } from '@clawhold/egress';
import { ClawholdError, type Credential, secretLength } from '@clawhold/spec';
import { z } from 'zod';
import type { IssuedTokens } from './issued-tokens.ts';
import { googleIssuer, readPrivateKey } from './sources/google.ts';
import { oauthIssuer } from './sources/oauth2.ts';
import { stsIssuer } from './sources/sts.ts';
import { tokenSource } from './sources/token-source.ts';
import type { Issuer, SourceWorld, ValueSource } from './sources/value-source.ts';

const accessKeySchema = z.strictObject({
  access_key_id: z.string().regex(/^\w{16,128}$/),
  secret_access_key: z.string().regex(/^[\x21-\x7e]{16,256}$/),
  session_token: z
    .string()
    .regex(/^[\x21-\x7e]{16,8192}$/)
    .optional(),
});
const refreshSchema = z.strictObject({ refresh_token: z.string().min(8), client_secret: z.string().min(1).optional() });
const serviceAccountSchema = z.object({
  type: z.literal('service_account'),
  client_email: z.string().min(3),
  private_key: z.string(),
  private_key_id: z.string().optional(),
  token_uri: z.url({ protocol: /^https$/ }),
});

/**
 * Makes a source of values from the secret that an operator gave.
 *
 * @param issued where tokens are written down.
 * @param keep stores another secret in place of this one, which has ended.
 * @throws ClawholdError `input_credential`; its sentence never quotes the secret.
 */
export function sourceOf(
  told: Credential,
  secret: string,
  world: SourceWorld,
  issued: IssuedTokens,
  keep: (secret: string) => Promise<void>,
): ValueSource {
  const bytes = Buffer.byteLength(secret);
  if (bytes < secretLength.minimum || bytes > secretLength.maximum)
    throw unfit(`has ${bytes} bytes; it needs ${secretLength.minimum} to ${secretLength.maximum}`);
  const { source } = told;
  const tokens = (issuer: Issuer): ValueSource => tokenSource(told, issuer, issued, world.now);
  switch (source.kind) {
    case 'secret':
      return fixed({ kind: 'text', text: oneLine(secret) });
    case 'aws':
      return fixed({ kind: 'aws', ...readAccessKey(secret) });
    case 'aws_sts':
      return tokens(stsIssuer(source, readAccessKey(secret), world));
    case 'oauth2_client_credentials': {
      const own = { clientSecret: oneLine(secret), refreshToken: undefined };
      return tokens(oauthIssuer(source, own, world, async () => undefined));
    }
    case 'oauth2_refresh_token': {
      const read = readJson(refreshSchema, secret);
      const own = { clientSecret: read.client_secret, refreshToken: read.refresh_token };
      const keepToken = (token: string): Promise<void> => keep(JSON.stringify({ ...read, refresh_token: token }));
      return tokens(oauthIssuer(source, own, world, keepToken));
    }
    case 'google_service_account':
      return tokens(googleIssuer(readServiceAccount(secret), source.scopes, world));
    default:
      return source satisfies never;
  }
}

function fixed(value: CredentialValue): ValueSource {
  return {
    current: () => Promise.resolve(value),
    forget: () => Promise.resolve(),
    revoke: undefined,
    revokeGrant: undefined,
  };
}

function oneLine(secret: string): string {
  if (/\p{Cc}/u.test(secret)) throw unfit('has a control character or a line break');
  return secret;
}

function readAccessKey(secret: string): AwsKey {
  const key = readJson(accessKeySchema, secret);
  return { accessKeyId: key.access_key_id, secretAccessKey: key.secret_access_key, sessionToken: key.session_token };
}

function readServiceAccount(secret: string): Parameters<typeof googleIssuer>[0] {
  const file = readJson(serviceAccountSchema, secret);
  try {
    const key = readPrivateKey(file.private_key);
    return { email: file.client_email, key, keyId: file.private_key_id, tokenUrl: file.token_uri };
  } catch {
    throw unfit('holds no private key of RSA');
  }
}

function readJson<Schema extends z.ZodType>(schema: Schema, secret: string): z.output<Schema> {
  const parsed = schema.safeParse(parseOrNothing(secret));
  if (parsed.success) return parsed.data;
  const at = parsed.error.issues[0]?.path.join('.') ?? '';
  throw unfit(`is not the JSON object that this kind of credential needs${at === '' ? '' : ` (look at "${at}")`}`);
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unfit(why: string): ClawholdError {
  return new ClawholdError('input_credential', `The secret ${why}.`, {
    hint: 'See what each kind of credential needs with: npx clawhold credentials add --help',
  });
}
