import { z } from 'zod';

/** What the proxy does about credentials for an endpoint. Which places are filled in is up to the credential's binding. */
export const endpointCredentialShape = {
  /** The attached provider whose credential belongs here. */
  credential_binding: z.strictObject({ provider: z.string() }).optional(),
  /** AWS Signature Version 4, written anew by the proxy; with `:body` or `:no_body` whether the body is signed. */
  credential_signing: z.enum(['sigv4', 'sigv4:body', 'sigv4:no_body']).optional(),
  signing_service: z.string().optional(),
  /** Default: the region that the host name holds. */
  signing_region: z.string().optional(),
  /** rest: placeholders in a body are exchanged too. */
  request_body_credential_rewrite: z.boolean().optional(),
  /** rest and websocket: placeholders in text messages to the server are exchanged too. */
  websocket_credential_rewrite: z.boolean().optional(),
  /** Refused: a credential is never let through where the request is not read. */
  allow_uninspected_credentials: z.boolean().optional(),
} as const;
