import type { Endpoint, EndpointProtocol } from '@clawhold/spec';
import type { Finding } from './problem.ts';

/** What is wrong with the credentials of an endpoint. */
export function credentialFindings(
  endpoint: Endpoint,
  protocol: EndpointProtocol,
  path: readonly (string | number)[],
): readonly Finding[] {
  const found: Finding[] = [];
  const say = (key: keyof Endpoint, message: string): void => void found.push({ path: [...path, key], message });
  const { credential_signing: signing, signing_service: service, signing_region: region } = endpoint;
  if (endpoint.allow_uninspected_credentials !== undefined)
    say(
      'allow_uninspected_credentials',
      'No version lets a credential through where the request is not read. Remove the key, and let the endpoint be read.',
    );
  if (endpoint.request_body_credential_rewrite === true && protocol !== 'rest')
    say(
      'request_body_credential_rewrite',
      `A body is rewritten under \`protocol: rest\` only, not under \`${protocol}\`.`,
    );
  if (endpoint.websocket_credential_rewrite === true && protocol !== 'rest' && protocol !== 'websocket')
    say(
      'websocket_credential_rewrite',
      `Messages are rewritten under \`protocol: websocket\` only, not under \`${protocol}\`.`,
    );
  if (signing !== undefined && endpoint.request_body_credential_rewrite === true)
    say(
      'request_body_credential_rewrite',
      'A signed request is signed as it was sent; its body cannot be rewritten too.',
    );
  if (signing !== undefined && service === undefined)
    say('credential_signing', 'A signature names the service: write `signing_service: s3`, for example.');
  if (signing === undefined && service !== undefined)
    say('signing_service', 'It means nothing without `credential_signing`.');
  if (signing === undefined && region !== undefined)
    say('signing_region', 'It means nothing without `credential_signing`.');
  return found;
}
