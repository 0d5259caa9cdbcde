import type { Duplex } from 'node:stream';
import { detectedFault } from '../detection/finding.ts';
import type { Meter } from '../hooks.ts';
import type { Client } from '../http1/client.ts';
import type { ByteReader } from '../wire/byte-reader.ts';
import { type Fault, fault } from '../wire/fault.ts';
import { send, sendAway } from '../wire/send.ts';
import type { OverBudget, Traffic } from './forward.ts';
import type { Terms } from './terms.ts';
import type { TunnelTarget } from './tunnel.ts';
import { readGreeting, unrecognisedName } from './tunnel-greeting.ts';
import type { Upstream } from './upstream.ts';

/** What is held against the bytes that leave. */
interface Outbound {
  readonly meter?: Meter | undefined;
  /** Whether a piece completes a value that must not leave. Not asked about TLS: there is nothing to see. */
  readonly isForbidden?: ((piece: Buffer) => boolean) | undefined;
}

/**
 * Carries bytes both ways until one side ends, unread but for the first ones of the client. Nothing of the client goes
 * out before they are seen; a server that speaks first (SSH, SMTP) is heard meanwhile.
 */
export async function pipeTunnel(
  client: Client,
  upstream: Upstream,
  target: TunnelTarget,
  terms: Terms,
  traffic: Traffic,
  outbound: Outbound,
): Promise<Fault | OverBudget | undefined> {
  client.socket.once('close', () => upstream.socket.destroy());
  const outward = async (): Promise<Fault | OverBudget | undefined> => {
    const greeting = await guard(client, target);
    const bounds = greeting === 'tls' ? { meter: outbound.meter } : outbound;
    const problem =
      typeof greeting === 'object'
        ? greeting
        : await carry(client.reader, upstream.socket, terms.requestCap, traffic, 'requestBytes', bounds);
    if (problem !== undefined) upstream.socket.destroy();
    return problem;
  };
  const inward = async (): Promise<Fault | OverBudget | undefined> => {
    const problem = await carry(upstream.reader, client.socket, terms.responseCap, traffic, 'responseBytes', {});
    // What was cut must not look whole. Else what the server said last is out before the client is let go.
    if (problem === undefined) client.finish();
    else client.socket.destroy();
    return problem;
  };
  const [sent, received] = await Promise.all([outward(), inward()]);
  upstream.socket.destroy();
  return sent ?? received;
}

async function guard(client: Client, target: TunnelTarget): Promise<Fault | 'tls' | 'open'> {
  const greeting = await readGreeting(client.reader, target);
  if (greeting.kind === 'end' || greeting.kind === 'plain') return 'open';
  if (greeting.kind === 'tls' && !greeting.hasEncryptedHello) return 'tls';
  client.socket.write(unrecognisedName);
  // A second hello that we cannot read may ask for another host behind the same address. Read inside, it is harmless.
  return greeting.kind === 'fault'
    ? greeting
    : fault('encrypted_hello', 'A tunnel that is not read inside cannot hide its server name.');
}

async function carry(
  from: ByteReader,
  to: Duplex,
  cap: number,
  traffic: Traffic,
  direction: keyof Traffic,
  { meter, isForbidden }: Outbound,
): Promise<Fault | OverBudget | undefined> {
  const pass = (piece: Buffer): Promise<undefined> | undefined => {
    traffic[direction] += piece.length;
    return isForbidden === undefined ? sendAway(to, piece) : send(to, piece);
  };
  const problem = await from.passOn<Fault | OverBudget>((piece) => {
    if (traffic[direction] + piece.length > cap) return overTunnelCap;
    if (isForbidden?.(piece) === true) return detectedFault;
    return meter === undefined ? pass(piece) : metered(meter, piece, pass);
  });
  if (problem === undefined && to.writable) to.end();
  return problem;
}

const overTunnelCap: Fault = fault('tunnel_cap', 'The tunnel carried more than the policy allows.');

async function metered(
  meter: Meter,
  piece: Buffer,
  pass: (piece: Buffer) => Promise<undefined> | undefined,
): Promise<OverBudget | undefined> {
  const spent = await meter(piece.length);
  return spent === undefined ? pass(piece) : { kind: 'over_budget', reason: spent };
}
