import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Both ends prove that they hold the key of their pair before the first byte of HTTP:
 *
 * ```
 * client → server   hello  = "clawhold-channel" version name-length name client-nonce
 * server → client   answer = server-nonce HMAC(key, "server" ‖ hello ‖ server-nonce)
 * client → server   proof  = HMAC(key, "client" ‖ hello ‖ server-nonce)
 * ```
 *
 * Each proof covers both nonces, so a recorded one is worthless in another connection; the role in it keeps a proof
 * from being sent back to whoever made it; the name in it keeps one peer from speaking as another. The server proves
 * itself first, so a client that met an impostor has given nothing away. Keys belong to one pair of processes.
 * Confidentiality and order come from the socket, which no third process can read.
 */
export const nonceBytes = 32;
export const proofBytes = 32;
export const answerBytes: number = nonceBytes + proofBytes;

const magic = Buffer.from('clawhold-channel', 'latin1');
const version = 1;
const longestName = 32;

/** The fixed beginning of a hello: enough to know how long the rest is. */
export const helloHeadBytes: number = magic.length + 2;

export function encodeHello(name: string, nonce: Buffer): Buffer {
  const bytes = Buffer.from(name, 'latin1');
  if (bytes.length === 0 || bytes.length > longestName)
    throw new RangeError(`a peer name has 1 to ${longestName} bytes`);
  return Buffer.concat([magic, Buffer.from([version, bytes.length]), bytes, nonce]);
}

/** How many bytes follow the head, undefined when this is no hello of ours. */
export function helloRestBytes(head: Buffer): number | undefined {
  const length = head[magic.length + 1] ?? 0;
  const ours = head.subarray(0, magic.length).equals(magic) && head[magic.length] === version;
  return ours && length > 0 && length <= longestName ? length + nonceBytes : undefined;
}

/** The name in the rest of a hello. */
export function helloName(rest: Buffer): string {
  return rest.toString('latin1', 0, rest.length - nonceBytes);
}

export function prove(key: Buffer, role: 'server' | 'client', hello: Buffer, serverNonce: Buffer): Buffer {
  return createHmac('sha256', key).update(role).update(hello).update(serverNonce).digest();
}

/** Compares in constant time. */
export function holds(proof: Buffer, expected: Buffer): boolean {
  return proof.length === expected.length && timingSafeEqual(proof, expected);
}
