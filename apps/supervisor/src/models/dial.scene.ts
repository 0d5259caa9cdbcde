import { once } from 'node:events';
import { createServer } from 'node:http';
import { createDialler, systemResolver } from '@clawhold/egress';
import { ClawholdError } from '@clawhold/spec';
import { createModelDial } from './dial.ts';

/**
 * Run by dial.test.ts inside a network of its own, in which private addresses are local: a server listens on every
 * address. Prints what became of each target of the argument: `connected`, or the sentence of the refusal.
 */
const [, , named = '[]', targets = '[]'] = process.argv;
const server = createServer((_request, response) => response.end('model'));
server.listen(8000, '0.0.0.0');
await once(server, 'listening');
const dial = createModelDial(() => JSON.parse(named));
const sandbox = createDialler({ resolve: systemResolver(), seconds: 5 });
const said: Record<string, string> = {};
for (const target of JSON.parse(targets) as string[]) {
  const [host = '', port = ''] = target.split(':');
  said[target] = await dial({ host, port: Number(port) }, AbortSignal.timeout(10_000)).then(
    (socket) => {
      const { remoteAddress } = socket;
      socket.destroy();
      return `connected to ${remoteAddress}`;
    },
    (error: unknown) => (error instanceof ClawholdError ? error.message : String(error)),
  );
  said[`sandbox ${target}`] = (await sandbox.check(host, 'sbx_0123456789')).kind;
}
process.stdout.write(JSON.stringify(said));
process.exit(0);
