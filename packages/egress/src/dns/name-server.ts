import type { Socket as DatagramSocket, RemoteInfo } from 'node:dgram';
import type { Server, Socket } from 'node:net';
import { limits } from '@clawhold/spec';
import type { Attachment } from '../proxy/attachment.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import type { PolicyResolver } from './policy-resolver.ts';

/** The listeners of one sandbox for questions about names. */
export interface NameListeners {
  readonly datagrams: DatagramSocket;
  readonly streams: Server;
}

/** Connections at a time; a resolver needs one. */
const mostConnections = 8;
const idleMilliseconds = 5_000;

/**
 * Answers over UDP, and over TCP (RFC 7766) for programs that prefer it. Nothing is truncated: our answers are short.
 *
 * @param now milliseconds of a clock that never goes back.
 */
export function serveNames(
  { datagrams, streams }: NameListeners,
  resolve: PolicyResolver,
  now: () => number = () => performance.now(),
): Attachment {
  const admit = createRate(limits.nameQueriesPerSecond, now);
  const live = new Set<Socket>();

  const onMessage = (message: Buffer, { address, port }: RemoteInfo): void => {
    const answer = admit() ? resolve(message) : undefined;
    // A client that is gone is no error of ours.
    if (answer !== undefined) datagrams.send(answer, port, address, () => undefined);
  };
  const onConnection = (socket: Socket): void => {
    if (live.size >= mostConnections) {
      socket.destroy();
      return;
    }
    live.add(socket);
    socket.once('close', () => live.delete(socket));
    socket.on('error', () => undefined); // a 'close' follows
    socket.setTimeout(idleMilliseconds, () => socket.destroy());
    void serveStream(socket, (message) => (admit() ? resolve(message) : undefined));
  };
  const onError = (): void => undefined; // an ICMP answer to one of ours

  datagrams.on('message', onMessage).on('error', onError);
  streams.on('connection', onConnection);
  return {
    close() {
      datagrams.off('message', onMessage);
      closeSocket(datagrams);
      streams.off('connection', onConnection);
      streams.close();
      for (const socket of live) socket.destroy();
    },
  };
}

/** Closing one twice is an error, and whoever gave it to us may have been faster. */
function closeSocket(socket: DatagramSocket): void {
  try {
    socket.close();
  } catch {
    // It is closed.
  }
}

/** Each message has its length in front. */
async function serveStream(socket: Socket, resolve: PolicyResolver): Promise<void> {
  const reader = new ByteReader(socket);
  while (await holds(reader, 2)) {
    const length = reader.held.readUInt16BE(0);
    if (!(await holds(reader, 2 + length))) break;
    const answer = resolve(Buffer.from(reader.consume(2 + length).subarray(2)));
    if (answer === undefined) break;
    const size = Buffer.alloc(2);
    size.writeUInt16BE(answer.length);
    // A client that asks and does not read is not asked for more.
    if (!socket.write(Buffer.concat([size, answer]))) break;
  }
  socket.end();
}

async function holds(reader: ByteReader, bytes: number): Promise<boolean> {
  while (reader.held.length < bytes) if (!(await reader.fill())) return false;
  return true;
}

/** True for at most so many calls a second, on average over a second. */
function createRate(perSecond: number, now: () => number): () => boolean {
  let left = perSecond;
  let seen = now();
  return () => {
    const moment = now();
    left = Math.min(perSecond, left + ((moment - seen) / 1_000) * perSecond);
    seen = moment;
    if (left < 1) return false;
    left--;
    return true;
  };
}
