import { limits } from '@clawhold/spec';

/** The bounds of the proxy. The defaults are the platform's; tests make them small to reach them. */
export interface EgressLimits {
  /** A request line and its headers, or a response's; beyond it 431 or 502. */
  readonly headBytes: number;
  /** From the first byte of a head (or of a TLS handshake) to its last; beyond it the connection is closed. */
  readonly headSeconds: number;
  /** A body that must be read before the decision; beyond it 413. */
  readonly inspectedBodyBytes: number;
  /** Bodies that are read before the decision, all at a time and those of one sandbox; beyond it they wait in turns. */
  readonly inspectedBytes: number;
  readonly sandboxInspectedBytes: number;
  /** All of such a body comes within this time; beyond it 408. */
  readonly inspectedBodySeconds: number;
  /** The body of an answer; beyond it the answer is cut, or is a 502 when its length says so beforehand. */
  readonly responseBytes: number;
  /** Connections that are being opened, all at a time and those of one sandbox; beyond it they wait in turns. */
  readonly dials: number;
  readonly sandboxDials: number;
  /** Requests of one sandbox under way in HTTP/2; beyond it they wait. */
  readonly sandboxRequests: number;
  /** Connections of one sandbox at a time; as many more wait, further ones are closed at once. */
  readonly connections: number;
  /** A message of a client over a WebSocket; beyond it the connection is closed (1009). */
  readonly webSocketMessageBytes: number;
  /** Frames of such a message; beyond it the same. */
  readonly webSocketFragments: number;
  /** Requests at a time on one connection in HTTP/2; beyond it streams are refused. */
  readonly streams: number;
  /** No byte either way for this long ends a connection. */
  readonly idleSeconds: number;
  /** The same for a tunnel whose bytes pass unread, from its opening on: databases and SSH are silent for long. */
  readonly tunnelIdleSeconds: number;
  /** Resolving a name, and connecting to it (TLS included): each this long, then 504. */
  readonly dialSeconds: number;
}

export const defaultLimits: EgressLimits = Object.freeze({
  headBytes: limits.proxyHeaderBytes,
  headSeconds: 15,
  inspectedBodyBytes: limits.inspectedBodyBytes,
  inspectedBytes: limits.inspectedBytes,
  sandboxInspectedBytes: limits.sandboxInspectedBytes,
  inspectedBodySeconds: limits.inspectedBodySeconds,
  responseBytes: limits.responseBytes,
  dials: limits.dials,
  sandboxDials: limits.sandboxDials,
  sandboxRequests: limits.sandboxRequests,
  connections: limits.sandboxConnections,
  webSocketMessageBytes: limits.webSocketMessageBytes,
  webSocketFragments: limits.webSocketFragments,
  streams: limits.connectionStreams,
  idleSeconds: limits.proxyIdleSeconds,
  tunnelIdleSeconds: limits.tunnelIdleSeconds,
  dialSeconds: limits.dialSeconds,
});
