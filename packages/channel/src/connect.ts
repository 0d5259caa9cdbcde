import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import { ClawholdError, limits } from '@clawhold/spec';
import { answerBytes, encodeHello, holds, nonceBytes, prove } from './handshake.ts';
import { readExactly } from './read-exactly.ts';

/** Who wants to speak, and where. */
export interface Introduction {
  /** The Unix socket of the server. */
  readonly path: string;
  /** Our own name, as the server knows it. */
  readonly self: string;
  /** The key of this pair. */
  readonly key: Buffer;
}

/**
 * The client's half of the handshake: a socket on which both ends have proven themselves.
 *
 * @throws ClawholdError `channel_unreachable` when nobody listens, or the server is too busy to greet in time;
 *   `channel_untrusted` when whoever listens does not hold our key, or does not accept it.
 */
export async function connect(introduction: Introduction): Promise<Socket> {
  const socket = connectSocket(introduction.path);
  const deadline = setTimeout(() => socket.destroy(), limits.handshakeMilliseconds);
  try {
    await once(socket, 'connect');
    await greet(socket, introduction);
    return socket;
  } catch (cause) {
    socket.destroy();
    if (cause instanceof ClawholdError) throw cause;
    throw new ClawholdError('channel_unreachable', `Nobody answers on ${introduction.path}.`, {
      status: 503,
      hint: 'The process behind it may have ended: "clawhold status" says which, "clawhold up" starts it.',
      cause,
    });
  } finally {
    clearTimeout(deadline);
  }
}

async function greet(socket: Socket, { self, key, path }: Introduction): Promise<void> {
  const hello = encodeHello(self, randomBytes(nonceBytes));
  socket.write(hello);
  const answer = await readExactly(socket, answerBytes);
  const nonce = answer.subarray(0, nonceBytes);
  if (!holds(answer.subarray(nonceBytes), prove(key, 'server', hello, nonce)))
    throw new ClawholdError('channel_untrusted', `Whoever listens on ${path} is not who we expect.`, {
      status: 503,
      hint: 'Restart with "clawhold down" and "clawhold up"; if it happens again, look at who made that socket.',
    });
  socket.write(prove(key, 'client', hello, nonce));
}
