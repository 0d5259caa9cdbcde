import { appendFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { loadCertificateAuthority } from '@clawhold/egress';

/**
 * The stranger's server, on the public addresses of a test network: `attacker.ts FOLDER`. It has certificates that the
 * machine believes, as anybody can get them for a host of theirs. Writes what it was sent to FOLDER/received.
 */
const [folder = ''] = process.argv.slice(2);
const authority = await loadCertificateAuthority(join(folder, 'authority'));
writeFileSync(join(folder, 'roots.pem'), authority.certificate, { mode: 0o644 });
const server = createServer(
  { SNICallback: (name, answer) => answer(null, authority.issue(name)) },
  async (request, response) => {
    appendFileSync(join(folder, 'received'), `${request.method} ${request.url}\n${await text(request)}\n`);
    response.end('thank you\n');
  },
);
// Whoever started us holds our input, and we end with it.
process.stdin.on('end', () => process.exit(0)).resume();
server.listen(443, '0.0.0.0', () => console.log('ready'));
