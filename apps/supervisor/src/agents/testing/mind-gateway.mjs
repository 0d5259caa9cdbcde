// The gateway that OpenClaw would be, as far as the platform talks to it: its WebSocket (RFC 6455) and its frames. A message is
// a list of deeds, and what came of them is its answer.
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

/** @param doDeeds does what a message says; `ask` puts a question to whoever is connected, and `broadcast` sends anything. */
export function serveGateway(doDeeds) {
  const { gateway } = JSON.parse(readFileSync('/opt/clawhold/agent/openclaw.json', 'utf8'));
  const clients = new Set();
  const questions = new Map();
  const broadcast = (event, payload) => {
    for (const send of clients) send({ type: 'event', event, payload });
  };
  const ask = (request) => {
    const id = `plugin:${randomUUID()}`;
    broadcast('plugin.approval.requested', { id, request });
    return new Promise((resolve) => questions.set(id, resolve));
  };

  const methods = {
    async 'chat.send'({ message, idempotencyKey: runId }) {
      const say = (state, text) =>
        broadcast('chat', { runId, state, message: { role: 'assistant', content: [{ type: 'text', text }] } });
      if (message === 'broken') return broadcast('chat', { runId, state: 'error', errorMessage: 'The model is away.' });
      say('delta', 'Wait');
      say('final', JSON.stringify(await doDeeds(JSON.parse(message), { ask, broadcast })));
    },
    'plugin.approval.resolve': ({ id, decision }) => {
      questions.get(id)?.(decision);
      broadcast('plugin.approval.resolved', { id, decision });
    },
  };

  function onFrame(send, { id, method, params }) {
    const isKnown = method === 'connect' ? params.auth.token === gateway.auth.token : clients.has(send);
    if (!isKnown) return send({ type: 'res', id, ok: false, error: { message: 'unauthorized' } });
    if (method === 'connect') clients.add(send);
    send({ type: 'res', id, ok: true, payload: {} });
    void methods[method]?.(params);
  }

  createServer()
    .on('upgrade', (request, socket) => {
      const accept = createHash('sha1')
        .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
        .digest('base64');
      socket.write(
        `HTTP/1.1 101 x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
      );
      const send = (frame) => socket.write(frameOf(JSON.stringify(frame)));
      let rest = Buffer.alloc(0);
      socket.on('data', (data) => {
        rest = Buffer.concat([rest, data]);
        for (let found = readFrame(rest); found !== undefined; found = readFrame(rest)) {
          rest = rest.subarray(found.length);
          onFrame(send, JSON.parse(found.text));
        }
      });
      socket.on('close', () => clients.delete(send)).on('error', () => undefined);
      send({ type: 'event', event: 'connect.challenge', payload: { nonce: 'n' } });
    })
    .listen(gateway.port, '127.0.0.1');
}

function frameOf(text) {
  const bytes = Buffer.from(text);
  const head = Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeBigUInt64BE(BigInt(bytes.length), 2);
  return Buffer.concat([head, bytes]);
}

/** A masked text frame with a length of up to 16 bits; whatever else comes is cut off by a failing parse. */
function readFrame(bytes) {
  if (bytes.length < 8) return undefined;
  const short = bytes[1] & 0x7f;
  const at = short === 126 ? 4 : 2;
  const length = short === 126 ? bytes.readUInt16BE(2) : short;
  if (bytes.length < at + 4 + length) return undefined;
  const mask = bytes.subarray(at, at + 4);
  const text = Buffer.from(bytes.subarray(at + 4, at + 4 + length).map((byte, index) => byte ^ mask[index % 4]));
  return { text: text.toString(), length: at + 4 + length };
}
