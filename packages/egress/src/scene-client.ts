import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as secure } from 'node:tls';

/**
 * A program in the place of a sandboxed one, for network.test.ts: what curl and openssl would do, on machines without
 * them. `proxy URL` asks in absolute-form; `tunnel HOST:PORT plain TEXT` and `tunnel HOST:PORT tls NAME` use CONNECT.
 */
const [, , mode, target = '', inside, detail = ''] = process.argv;
const proxy = { host: '127.0.0.1', port: 3128 };

if (mode === 'proxy') {
  // An agent of its own: the global one would go to the proxy through the proxy.
  get({ ...proxy, agent: new Agent(), path: target, headers: { host: new URL(target).host } }, (response) => {
    void text(response).then((body) => console.log(response.statusCode, response.headers['x-clawhold-decision'], body));
  });
} else {
  const socket = connect(proxy);
  socket.on('error', (error) => console.log('broken', error.message));
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
  const [head] = (await once(socket, 'data')) as [Buffer];
  const [answer = '', banner = ''] = head.toString().split('\r\n\r\n');
  console.log(answer);
  process.stdout.write(banner); // a server that speaks first may come in the same packet
  if (inside === 'tls') {
    const tls = secure({ socket, rejectUnauthorized: false, ...(detail === '' ? {} : { servername: detail }) });
    tls.on('error', (error: NodeJS.ErrnoException) => console.log('alert', error.code));
    tls.on('secureConnect', () => tls.end(() => console.log('secured')));
  } else {
    socket.on('data', (bytes: Buffer) => process.stdout.write(bytes));
    socket.on('close', () => console.log('closed'));
    if (detail !== '') socket.write(detail);
  }
}
