import { isIP } from 'node:net';
import { looksLikeTls, readClientHello } from '../tls/client-hello.ts';
import type { ByteReader } from '../wire/byte-reader.ts';
import { type Fault, fault } from '../wire/fault.ts';
import type { TunnelTarget } from './tunnel.ts';

/** What the first bytes in a tunnel are. */
export type Greeting =
  | { readonly kind: 'tls'; readonly hasEncryptedHello: boolean }
  | { readonly kind: 'plain' }
  | { readonly kind: 'end' };

/** A tunnel to this port carries TLS, always: with anything else the name of the host could not be checked. */
const tlsPort = 443;

/**
 * Looks at the first bytes that a client sends into a tunnel, without taking them. A TLS client must ask for the very
 * host that was decided: otherwise an allowed host on a shared address opens every other host there (domain fronting).
 */
export async function readGreeting(reader: ByteReader, target: TunnelTarget): Promise<Greeting | Fault> {
  if (reader.isEmpty && !(await reader.fill())) return { kind: 'end' };
  if (!looksLikeTls(reader.held))
    return target.port === tlsPort ? fault('not_tls', 'A tunnel to port 443 carries TLS.') : { kind: 'plain' };
  for (;;) {
    const hello = readClientHello(reader.held);
    if (hello.kind === 'fault') return hello;
    if (hello.kind === 'hello') {
      const { serverName, hasEncryptedHello } = hello;
      const wanted = isIP(target.host) === 0 ? target.host : undefined;
      if (serverName !== wanted) return fault('server_name', 'The TLS server name is not the host of the tunnel.');
      return { kind: 'tls', hasEncryptedHello };
    }
    if (!(await reader.fill())) return fault('cut_off', 'The tunnel ended within its first message.');
  }
}

/** A fatal TLS alert `unrecognized_name` (RFC 6066, 3), so that a client says why instead of "connection reset". */
export const unrecognisedName: Buffer = Buffer.from([21, 3, 3, 0, 2, 2, 112]);
