import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { join } from 'node:path';
import { loadCertificateAuthority } from '@clawhold/egress';

/*
 * The proxy of a company, for the test beside this file: a process of its own in the network of the test. It proves who it
 * is with a certificate of its own authority, leads whoever has the password to one server behind it, and prints what it
 * was asked for, one line each.
 */
const [folder = '', address = ''] = process.argv.slice(2);
const authority = await loadCertificateAuthority(folder, Date.now);
const password = `Basic ${Buffer.from('ann:p@ss').toString('base64')}`;

const behind = createServer(({ method, url, headers }, answer) => {
  console.log(`${method} ${headers.host}${url} ${headers['proxy-authorization'] ?? '-'}`);
  answer.end('from behind the proxy');
});
const proxy = createSecureServer({ SNICallback: (name, done) => done(null, authority.issue(name)) });
proxy.on('connect', ({ url, headers }, socket) => {
  const may = headers['proxy-authorization'] === password;
  console.log(`CONNECT ${url} ${may ? 'ann' : 'nobody'}`);
  if (!may) return socket.end('HTTP/1.1 407 No\r\n\r\n');
  socket.write('HTTP/1.1 200 Yes\r\n\r\n');
  return behind.emit('connection', socket);
});
await writeFile(join(folder, 'authorities.pem'), authority.certificate);
proxy.listen(3_128, address, () => console.log('ready'));
