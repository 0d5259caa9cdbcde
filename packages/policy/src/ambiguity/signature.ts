import type { Endpoint } from '@clawhold/spec';
import { canonicalJson } from '../compile/digest.ts';
import { inspectorOf, protocolOf } from '../load/endpoint-protocol.ts';

/** What two endpoints must agree on, word by word as a person reads it. */
export type Signature = Readonly<Record<string, string>>;

/** What is settled when a connection opens, before any path is known. */
export function connectionSignature(endpoint: Endpoint): Signature {
  return {
    reading: protocolOf(endpoint) === 'tcp' ? 'let through unread (tcp)' : 'read request by request',
    allowed_ips: [...(endpoint.allowed_ips ?? [])].toSorted().join(' ') || 'any address',
  };
}

/**
 * What is settled when the path of a request is known. Rules are not among it: they add up. Nor is what an endpoint only
 * takes away (sizes, media types, contents, pins, secrecy): what any of them takes away is gone.
 */
export function requestSignature(endpoint: Endpoint): Signature {
  const limit = endpoint.mcp?.max_body_bytes ?? endpoint.json_rpc?.max_body_bytes ?? endpoint.graphql_max_body_bytes;
  return {
    protocol: inspectorOf(endpoint) ?? protocolOf(endpoint),
    allow_encoded_slash: String(endpoint.allow_encoded_slash ?? false),
    'the limit of what is read': String(limit ?? 'the default'),
    'mcp.strict_tool_names': String(endpoint.mcp?.strict_tool_names ?? true),
    persisted_queries: endpoint.persisted_queries ?? 'deny',
    graphql_persisted_queries: canonicalJson(endpoint.graphql_persisted_queries ?? {}),
    'credential_binding.provider': endpoint.credential_binding?.provider ?? 'none',
    credential_signing: endpoint.credential_signing ?? 'none',
    signing_service: endpoint.signing_service ?? 'none',
    signing_region: endpoint.signing_region ?? 'none',
    request_body_credential_rewrite: String(endpoint.request_body_credential_rewrite ?? false),
    websocket_credential_rewrite: String(endpoint.websocket_credential_rewrite ?? false),
    'response.label': endpoint.response?.label ?? 'external',
  };
}

export function writeSignature(signature: Signature): string {
  return Object.values(signature).join('\0');
}

/** The first thing on which two differ, as a person says it. */
export function difference(here: Signature, there: Signature): string {
  const name = Object.keys(here).find((key) => here[key] !== there[key]) ?? '';
  const [ours, theirs] = [here, there].map((signature) => shortened(signature[name] ?? ''));
  return name === 'reading' ? `${ours} here and ${theirs}` : `\`${name}\` is ${ours} here and ${theirs}`;
}

const shown = 80;

function shortened(text: string): string {
  return text.length > shown ? `${text.slice(0, shown)}…` : text;
}
