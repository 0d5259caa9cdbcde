import type { Endpoint, Obligation } from '@clawhold/spec';
import type { Glob } from '../glob/glob.ts';
import { classifyAddress } from '../host/address.ts';
import { inspectorOf, protocolOf } from '../load/endpoint-protocol.ts';
import type { Place } from '../load/place.ts';
import { compileDenies, compileRules } from './compile-rules.ts';
import type { EndpointTerms } from './compiled-endpoint.ts';
import type { EndpointDraft } from './network.ts';

/** Compiles what an endpoint says; {@link Network} puts its rules where they are found. */
export function compileEndpoint(
  place: Place,
  path: string,
  endpoint: Endpoint,
  binaries: readonly Glob[] | null,
): EndpointDraft {
  const open = place.grounds(path, 'rule', `The policy allows this connection (${path}).`);
  return Object.freeze({
    endpoint,
    binaries,
    denies: compileDenies(place, path, endpoint),
    rules: compileRules(place, path, endpoint),
    protocol: protocolOf(endpoint),
    inspector: inspectorOf(endpoint),
    terms: termsOf(place, path, endpoint),
    allowsEncodedSlash: endpoint.allow_encoded_slash ?? false,
    inspectedBytes: inspectedBytes(endpoint),
    anyToolName: endpoint.mcp?.strict_tool_names === false,
    open,
  });
}

function termsOf(place: Place, path: string, endpoint: Endpoint): EndpointTerms | null {
  const requestBytes = endpoint.request?.max_bytes ?? null;
  const responseBytes = endpoint.response?.max_bytes ?? null;
  const responseIntegrity = endpoint.response?.label ?? null;
  const isResponseSecret = endpoint.response?.confidentiality === 'secret';
  const forbids = forbidsOf(place, path, endpoint);
  const obligations = obligationsOf(endpoint);
  const stated = [requestBytes, responseBytes, responseIntegrity, forbids].some((term) => term !== null);
  if (!stated && !isResponseSecret && obligations.length === 0) return null;
  return Object.freeze({ requestBytes, responseBytes, responseIntegrity, isResponseSecret, forbids, obligations });
}

function inspectedBytes(endpoint: Endpoint): number | null {
  return endpoint.mcp?.max_body_bytes ?? endpoint.json_rpc?.max_body_bytes ?? endpoint.graphql_max_body_bytes ?? null;
}

function forbidsOf(place: Place, path: string, { request }: Endpoint): EndpointTerms['forbids'] {
  const where = `${path}.request.forbid`;
  const level = (['internal', 'secret'] as const).find((word) => request?.forbid?.includes(word));
  if (level === undefined) return null;
  const text = `Data that is ${level === 'internal' ? 'internal or secret' : 'secret'} must not leave here (${where}).`;
  return Object.freeze({ level, grounds: place.grounds(where, 'explicit_deny', text) });
}

/** What the endpoint itself demands of whoever lets a request through, apart from sizes and labels, which add up. */
function obligationsOf(endpoint: Endpoint): readonly Obligation[] {
  const { request, response, allowed_ips: addresses, pin_tool_descriptions: pins } = endpoint;
  const obligations: Obligation[] = [];
  if (addresses !== undefined) obligations.push({ kind: 'addresses', allowed: addresses.filter(isPublic) });
  if (request?.forbid !== undefined)
    obligations.push({ kind: 'forbid', direction: 'request', contents: request.forbid });
  if (response?.forbid !== undefined)
    obligations.push({ kind: 'forbid', direction: 'response', contents: response.forbid });
  if (response?.content_types !== undefined)
    obligations.push({ kind: 'content_types', allowed: response.content_types });
  if (pins !== undefined && pins !== false)
    obligations.push({
      kind: 'pin_tool_descriptions',
      list: pins === 'closed' ? 'closed' : 'open',
      path: endpoint.path ?? '/**',
    });
  const credential = credentialOf(endpoint);
  if (credential !== undefined) obligations.push(credential);
  return Object.freeze(obligations.map((obligation) => Object.freeze(obligation)));
}

/** Whether an entry of `allowed_ips` begins with a public address; the dialler refuses all others whatever stands here. */
export function isPublic(entry: string): boolean {
  return classifyAddress(entry.split('/')[0] ?? '') === 'public';
}

const bodySigning = { sigv4: 'by_header', 'sigv4:body': 'signed', 'sigv4:no_body': 'unsigned' } as const;

function credentialOf(endpoint: Endpoint): Obligation | undefined {
  const { credential_binding: binding, credential_signing: signing } = endpoint;
  const body = endpoint.request_body_credential_rewrite ?? false;
  const websocket = endpoint.websocket_credential_rewrite ?? false;
  if (binding === undefined && signing === undefined && !body && !websocket) return undefined;
  return {
    kind: 'credential',
    provider: binding?.provider ?? null,
    body,
    websocket,
    signing:
      signing === undefined
        ? null
        : {
            body: bodySigning[signing],
            service: endpoint.signing_service ?? '',
            region: endpoint.signing_region ?? null,
          },
  };
}
