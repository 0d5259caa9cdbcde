import type { ListenerRequest } from './sandbox.ts';

/**
 * How programs that ignore proxies are reached: TCP to these addresses, on any port, comes to one listener, whose
 * connections have the dialled address and port as their local ones. The addresses are of RFC 2544, so they are in no
 * network; `native/launcher/src/layers/capture.h` has the same numbers, and a test compares the two.
 */
export const capturedAddresses = {
  /** The first two numbers; the other two are free. */
  prefix: '198.19',
  /** How many there are. */
  count: 65_536,
} as const;

/** Where the listener for captured connections is made; no program of a sandbox can listen there. */
export const captureListener: Omit<ListenerRequest, 'name'> = { address: '198.18.0.2', port: 1, transport: 'capture' };
