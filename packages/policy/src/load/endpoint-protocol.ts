import type { Endpoint, EndpointProtocol, Inspector } from '@clawhold/spec';

/**
 * `protocol`, or what the rest of the endpoint needs: rules about requests can only be kept by reading requests. Full
 * access with `tls: skip` is how presets of other products say that bytes pass unread.
 */
export function protocolOf(endpoint: Endpoint): EndpointProtocol {
  if (endpoint.protocol !== undefined) return endpoint.protocol;
  if (endpoint.access === 'full' && endpoint.tls === 'skip') return 'tcp';
  return aboutRequests(endpoint) ? 'rest' : 'tcp';
}

/** Whether the endpoint says anything about requests that are read as they come. */
export function aboutRequests(endpoint: Endpoint): boolean {
  return endpoint.rules !== undefined || endpoint.access !== undefined || endpoint.deny_rules !== undefined;
}

/** What must read the messages of its requests; null when the head of a request, or nothing at all, is enough. */
export function inspectorOf(endpoint: Endpoint): Exclude<Inspector, 'rest'> | null {
  const protocol = protocolOf(endpoint);
  if (protocol === 'tcp' || protocol === 'rest') return null;
  return protocol === 'websocket' && readsGraphqlMessages(endpoint) ? 'graphql-websocket' : protocol;
}

/** Whether the text messages of a WebSocket are GraphQL: as soon as anything about GraphQL is said. */
export function readsGraphqlMessages(endpoint: Endpoint): boolean {
  const targets = [
    ...(endpoint.rules ?? []).flatMap(({ allow, ask }) => allow ?? ask ?? []),
    ...(endpoint.deny_rules ?? []),
  ];
  return (
    endpoint.persisted_queries === 'allow_registered' ||
    endpoint.graphql_persisted_queries !== undefined ||
    targets.some(({ operation_type: type }) => type !== undefined)
  );
}

export function portsOf(endpoint: Endpoint): readonly number[] {
  return [...new Set([...(endpoint.port === undefined ? [] : [endpoint.port]), ...(endpoint.ports ?? [])])];
}
/** Whether its rules are about methods and paths of HTTP. */
export function isHttp(protocol: EndpointProtocol): boolean {
  return protocol === 'rest' || protocol === 'websocket';
}
