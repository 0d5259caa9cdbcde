import type { CredentialValue } from '@clawhold/egress';
import { ClawholdError, type CredentialSource, secretLength } from '@clawhold/spec';
import { z } from 'zod';

const accessKeySchema = z.strictObject({
  access_key_id: z.string().regex(/^\w{16,128}$/),
  secret_access_key: z.string().regex(/^[\x21-\x7e]{16,256}$/),
  session_token: z
    .string()
    .regex(/^[\x21-\x7e]{16,8192}$/)
    .optional(),
});

/**
 * Reads the secret that an operator gave for a kind of credential.
 *
 * @throws ClawholdError `input_credential`; its sentence never quotes the secret.
 */
export function readSecret(source: CredentialSource, secret: string): CredentialValue {
  const bytes = Buffer.byteLength(secret);
  if (bytes < secretLength.minimum || bytes > secretLength.maximum)
    throw unfit(`has ${bytes} bytes; it needs ${secretLength.minimum} to ${secretLength.maximum}`);
  switch (source.kind) {
    case 'secret':
      if (/\p{Cc}/u.test(secret)) throw unfit('has a control character or a line break');
      return { kind: 'text', text: secret };
    case 'aws': {
      const key = readJson(accessKeySchema, secret);
      return {
        kind: 'aws',
        accessKeyId: key.access_key_id,
        secretAccessKey: key.secret_access_key,
        sessionToken: key.session_token,
      };
    }
    default:
      return source satisfies never;
  }
}

function readJson<Schema extends z.ZodType>(schema: Schema, secret: string): z.output<Schema> {
  const parsed = schema.safeParse(parseOrNothing(secret));
  if (parsed.success) return parsed.data;
  const at = parsed.error.issues[0]?.path.join('.') ?? '';
  throw unfit(`is not the JSON object that this kind of credential needs${at === '' ? '' : ` (look at "${at}")`}`);
}

// Not `z.json()`, whose issues could hold what was read.
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
