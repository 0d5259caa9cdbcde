// Sends one request through the proxy of the sandbox and prints one JSON document about the answer.
// Standard input: { method, url, headers: [[name, value]], body: string | null, limit: bytes, seconds }.
import { readFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { connect as connectTls } from 'node:tls';

const { method, url, headers, body, limit, seconds } = JSON.parse(readFileSync(0, 'utf8'));
const target = new URL(url);
const proxy = new URL(process.env.HTTP_PROXY ?? process.env.http_proxy ?? 'http://127.0.0.1:3128');
const authority = `${target.hostname}:${target.port || (target.protocol === 'https:' ? 443 : 80)}`;
const content = body === null ? undefined : Buffer.from(body, 'utf8');
const fields = {
  ...Object.fromEntries(headers),
  host: target.host,
  ...(content === undefined ? {} : { 'content-length': content.length }),
  connection: 'close',
};

function end(result) {
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}

const fail = (error) => end({ failure: error.message || error.code || 'the connection broke' });
setTimeout(() => fail(new Error(`no answer within ${seconds} seconds`)), seconds * 1000).unref();

/** Reads at most `limit` bytes; the rest is left unread and said to be missing. */
function answer(response) {
  const parts = [];
  let length = 0;
  const done = (cut) => {
    const bytes = Buffer.concat(parts).subarray(0, limit);
    const text = new TextDecoder('utf-8').decode(bytes);
    const isText = Buffer.from(text, 'utf8').equals(bytes) || cut;
    end({
      status: response.statusCode,
      headers: response.headers,
      body: isText ? text : bytes.toString('base64'),
      encoding: isText ? 'utf8' : 'base64',
      cut,
      refused: response.headers['x-clawhold-decision'] ?? null,
    });
    response.destroy();
  };
  response.on('error', fail);
  response.on('data', (part) => {
    parts.push(part);
    length += part.length;
    if (length > limit) done(true);
  });
  response.on('end', () => done(false));
}

function send(options) {
  const outgoing = plainRequest({ method, headers: fields, ...options });
  outgoing.on('error', fail).on('response', answer).end(content);
}

if (target.protocol === 'http:') send({ agent: false, host: proxy.hostname, port: proxy.port, path: target.href });
else {
  const tunnel = plainRequest({
    host: proxy.hostname,
    port: proxy.port,
    method: 'CONNECT',
    path: authority,
    headers: { host: authority },
    agent: false,
  });
  tunnel.on('error', fail).on('response', answer);
  tunnel.on('connect', (response, socket, head) => {
    if (response.statusCode !== 200) {
      refusedTunnel(response, socket, head);
      return;
    }
    const secure = connectTls({ socket, servername: target.hostname, ALPNProtocols: ['http/1.1'] });
    secure.on('error', fail);
    // With an agent, whichever, Node would not take the connection that it is given.
    secure.on('secureConnect', () =>
      send({ createConnection: () => secure, path: `${target.pathname}${target.search}` }),
    );
  });
  tunnel.end();
}

/** Node hands over the socket of a refused CONNECT with the body unread, the first bytes of it apart. */
function refusedTunnel(response, socket, head) {
  const stated = Number(response.headers['content-length'] ?? limit);
  const parts = [head];
  const done = () =>
    end({
      status: response.statusCode,
      headers: response.headers,
      body: Buffer.concat(parts).subarray(0, Math.min(stated, limit)).toString('utf8'),
      encoding: 'utf8',
      cut: false,
      refused: response.headers['x-clawhold-decision'] ?? null,
    });
  const look = () => parts.reduce((length, part) => length + part.length, 0) >= stated && done();
  socket.on('data', (part) => {
    parts.push(part);
    look();
  });
  socket.on('error', fail);
  socket.on('end', done);
  look();
}
