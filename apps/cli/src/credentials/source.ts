import type { NewCredentialSource } from '@clawhold/client';
import { ClawholdError } from '@clawhold/spec/error';

export const credentialKinds = [
  'secret',
  'aws',
  'aws_sts',
  'oauth2_client_credentials',
  'oauth2_refresh_token',
  'google_service_account',
] as const;
export type CredentialKind = (typeof credentialKinds)[number];

/** Options of `credentials add` that say what a credential is. */
export interface SourceOptions {
  readonly prefix?: string;
  readonly tokenUrl?: string;
  readonly revocationUrl?: string;
  readonly clientId?: string;
  readonly clientAuthentication?: 'basic' | 'body';
  readonly scope?: readonly string[];
  readonly role?: string;
  readonly region?: string;
}

/** What the API takes for a kind. @throws ClawholdError `input_credential` when an option is missing. */
export function sourceOf(kind: CredentialKind, options: SourceOptions): NewCredentialSource {
  const need = (value: string | undefined, option: string): string => {
    if (value !== undefined) return value;
    throw new ClawholdError('input_credential', `--kind ${kind} needs ${option}.`, {
      hint: 'See what each kind needs with: npx clawhold credentials add --help',
    });
  };
  const scopes = [...(options.scope ?? [])];
  switch (kind) {
    case 'secret':
      return { kind, prefix: options.prefix ?? '' };
    case 'aws':
      return { kind };
    case 'aws_sts':
      return { kind, role_arn: need(options.role, '--role'), region: need(options.region, '--region'), seconds: 3_600 };
    case 'oauth2_client_credentials':
    case 'oauth2_refresh_token':
      return {
        kind,
        token_url: need(options.tokenUrl, '--token-url'),
        client_id: need(options.clientId, '--client-id'),
        client_authentication: options.clientAuthentication ?? 'basic',
        scopes,
        ...(options.revocationUrl === undefined ? {} : { revocation_url: options.revocationUrl }),
      };
    case 'google_service_account':
      need(scopes[0], '--scope');
      return { kind, scopes };
    default:
      return kind satisfies never;
  }
}
