import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** Sends bytes as they are to a port of this machine and answers all that comes back until the other side ends. */
export async function rawExchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  try {
    return await text(socket);
  } finally {
    socket.destroy();
  }
}
