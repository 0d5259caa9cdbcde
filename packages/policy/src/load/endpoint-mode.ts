import type { Endpoint } from '@clawhold/spec';

/** How an endpoint is guarded: every request read, or only the connection. */
export type EndpointMode = 'rest' | 'tcp';

/** `protocol`, or what the rest of the endpoint needs: rules about requests can only be kept by reading requests. */
export function modeOf(endpoint: Endpoint): EndpointMode {
  return endpoint.protocol ?? (aboutRequests(endpoint) ? 'rest' : 'tcp');
}

export function aboutRequests(endpoint: Endpoint): boolean {
  return endpoint.rules !== undefined || endpoint.access !== undefined || endpoint.deny_rules !== undefined;
}

export function portsOf(endpoint: Endpoint): readonly number[] {
  return [...new Set([...(endpoint.port === undefined ? [] : [endpoint.port]), ...(endpoint.ports ?? [])])];
}
