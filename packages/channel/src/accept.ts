import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { limits } from '@clawhold/spec';
import { helloHeadBytes, helloName, helloRestBytes, holds, nonceBytes, proofBytes, prove } from './handshake.ts';
import { readExactly } from './read-exactly.ts';

/**
 * The server's half of the handshake. Answers the proven name of the peer, or destroys the socket and answers
 * undefined: whoever fails learns nothing, not even whether the name exists.
 */
export async function accept(socket: Socket, keys: ReadonlyMap<string, Buffer>): Promise<string | undefined> {
  const deadline = setTimeout(() => socket.destroy(), limits.handshakeMilliseconds);
  try {
    const name = await converse(socket, keys);
    if (name === undefined) socket.destroy();
    return name;
  } catch {
    socket.destroy();
    return undefined;
  } finally {
    clearTimeout(deadline);
  }
}

async function converse(socket: Socket, keys: ReadonlyMap<string, Buffer>): Promise<string | undefined> {
  const head = await readExactly(socket, helloHeadBytes);
  const restBytes = helloRestBytes(head);
  if (restBytes === undefined) return undefined;
  const rest = await readExactly(socket, restBytes);
  const hello = Buffer.concat([head, rest]);
  const name = helloName(rest);
  // For an unknown name: a key that nobody holds, so that the conversation looks the same and then fails.
  const key = keys.get(name) ?? randomBytes(32);
  const nonce = randomBytes(nonceBytes);
  socket.write(Buffer.concat([nonce, prove(key, 'server', hello, nonce)]));
  const proof = await readExactly(socket, proofBytes);
  return holds(proof, prove(key, 'client', hello, nonce)) ? name : undefined;
}
