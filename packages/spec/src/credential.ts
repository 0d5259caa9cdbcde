import { z } from 'zod';
import { id } from './ids.ts';

/** The name of a credential, which is also the `provider` of `credential_binding` in a policy. */
export const credentialNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, { message: 'a name has small letters, digits and hyphens' });

/**
 * Where in a request a credential may stand, and nowhere else:
 *
 * - `header:<name>`: the whole value, or what follows a scheme (`Bearer …`);
 * - `basic:user`, `basic:password`: that half of HTTP Basic authentication (RFC 7617);
 * - `query:<key>`: the whole value of that key;
 * - `path`: anywhere in a segment of the path;
 * - `json:<pointer>` (RFC 6901), `form:<field>`: that whole value in a body;
 * - `text`: anywhere in a body of type `text/plain`;
 * - `websocket:<pointer>`: that whole value in a JSON message to the server; `websocket`: anywhere in a text message;
 * - `sigv4`: the signature of AWS, written anew.
 */
const credentialPlaceSchema = z
  .string()
  .max(300)
  .regex(
    /^(?:header:[a-z0-9!#$%&'*+.^_`|~-]+|basic:(?:user|password)|query:[ -~\u00a0-\uffff]+|path|json:(?:\/[ -~\u00a0-\uffff]*)+|form:[ -~\u00a0-\uffff]+|text|websocket(?::(?:\/[ -~\u00a0-\uffff]*)+)?|sigv4)$/,
    {
      message:
        'a place is header:NAME, basic:user, basic:password, query:KEY, path, json:/POINTER, form:FIELD, text, websocket, websocket:/POINTER or sigv4',
    },
  );

const filled = <Item extends z.ZodType>(item: Item) => z.array(item).min(1);

/** Which requests a credential is for. All of it must hold, and the policy must name the credential besides. */
export const credentialBindingSchema = z.strictObject({
  /** Names, or globs as in a policy (`*.example.com` is one label). */
  hosts: filled(z.string()),
  ports: filled(z.number().int().min(1).max(65_535)).default([443]),
  /** Default: every method. */
  methods: filled(z.string().regex(/^[A-Z]+$/, { message: 'a method has capital letters' })).optional(),
  /** Globs as in a policy. Default: every path. */
  paths: filled(z.string().startsWith('/')).optional(),
  /** The agents that get a placeholder. Default: every agent. */
  agents: filled(z.string()).optional(),
  places: filled(credentialPlaceSchema),
});
export type CredentialBinding = z.infer<typeof credentialBindingSchema>;

/** An environment variable of a sandbox. */
const credentialVariableSchema = z
  .string()
  .regex(/^[A-Z_][A-Z0-9_]{0,127}$/, { message: 'a variable has capital letters, digits and underscores' });

/** Where tokens are asked for. Only over TLS, and never at a private address. */
const tokenUrl = z.url({ protocol: /^https$/, error: 'a token URL begins with https://' }).max(2_000);
const oauthShape = {
  token_url: tokenUrl,
  /** Where tokens are handed back (RFC 7009). Without it they stand until they end. */
  revocation_url: tokenUrl.optional(),
  client_id: z.string().min(1).max(500),
  scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/)).default([]),
  /** How the client proves itself (RFC 6749, 2.3.1). */
  client_authentication: z.enum(['basic', 'body']).default('basic'),
} as const;

/** What a credential is, without its secret. */
export const credentialSourceSchema = z.discriminatedUnion('kind', [
  /** One secret text, sent as it is. */
  z.strictObject({
    kind: z.literal('secret'),
    /** How placeholders begin, where a program looks at the form of its key, for example `ghp_`. */
    prefix: z
      .string()
      .regex(/^[\w.-]{0,32}$/)
      .default(''),
  }),
  /** An access key of AWS. Its secret: JSON with `access_key_id`, `secret_access_key` and perhaps `session_token`. */
  z.strictObject({ kind: z.literal('aws') }),
  /** Tokens for a client (RFC 6749, 4.4). Its secret: that of the client. */
  z.strictObject({ kind: z.literal('oauth2_client_credentials'), ...oauthShape }),
  /** Tokens for what a person agreed to (RFC 6749, 6). Its secret: JSON with `refresh_token` and perhaps `client_secret`. */
  z.strictObject({ kind: z.literal('oauth2_refresh_token'), ...oauthShape }),
  /** Tokens for a service account of Google. Its secret: the JSON key file. */
  z.strictObject({ kind: z.literal('google_service_account'), scopes: z.array(z.string().min(1)).min(1) }),
  /** Temporary keys of a role. Its secret: an access key that may take the role on, as for `aws`. */
  z.strictObject({
    kind: z.literal('aws_sts'),
    role_arn: z.string().regex(/^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/),
    region: z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/),
    /** How long a key is good for; a new one is asked for before that. */
    seconds: z.number().int().min(900).max(43_200).default(3_600),
  }),
]);
export type CredentialSource = z.infer<typeof credentialSourceSchema>;

export const credentialDefinitionSchema = z.strictObject({
  source: credentialSourceSchema,
  /** In which variable programs find the placeholder. AWS has variables of its own. */
  variable: credentialVariableSchema.optional(),
  binding: credentialBindingSchema,
});
export type CredentialDefinition = z.infer<typeof credentialDefinitionSchema>;

/** What is told about a credential. Its secret goes in and never comes out. */
export const credentialSchema = credentialDefinitionSchema.extend({
  name: credentialNameSchema,
  /** When its secret was last written. */
  written: z.iso.datetime(),
});
export type Credential = z.infer<typeof credentialSchema>;

/** A token that nothing here uses any more and that its provider still accepts. */
export const standingTokenSchema = z.object({
  credential: credentialNameSchema,
  /** The run that had it; null for one that several had. */
  run: id('run').nullable(),
  until: z.iso.datetime(),
});
export type StandingToken = Readonly<z.infer<typeof standingTokenSchema>>;

/** What became of the tokens of a credential when they were given up. */
export const withdrawnCredentialSchema = z.object({
  /** So many the provider took back. */
  revoked: z.number().int(),
  /** So many it still accepts, */
  standing: z.number().int(),
  /** until the last of them ends; null when there is none. */
  until: z.iso.datetime().nullable(),
});
export type WithdrawnCredential = Readonly<z.infer<typeof withdrawnCredentialSchema>>;

/** Bytes of a secret, in both directions of "too": shorter ones could not be told from ordinary text in an answer. */
export const secretLength = { minimum: 8, maximum: 16_384 } as const;
