import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** From RFC 6455, 1.3. */
const accepted = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Opens every WebSocket, and answers the first message with the text `hello`. */
export function greetWebSocket({ headers }: IncomingMessage, socket: Duplex): void {
  const accept = createHash('sha1').update(`${headers['sec-websocket-key']}${accepted}`).digest('base64');
  socket.on('error', () => undefined);
  socket.write(
    `HTTP/1.1 101 OK\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  socket.once('data', () => socket.write(Buffer.from('\x81\x05hello', 'latin1')));
}
