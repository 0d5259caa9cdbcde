import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTemporaryFolder, startTestNetwork, type TestNetwork } from '@clawhold/testkit';

/** A network with a stranger's server in it: what the tour's agent would reach if nothing held it. */
export interface Stranger extends AsyncDisposable {
  readonly network: TestNetwork;
  /** PEM: believed by the machine, when it is its `NODE_EXTRA_CA_CERTS`. */
  readonly roots: string;
  /** Everything that was sent to the stranger so far. */
  received(): Promise<string>;
}

/** The hosts that the poisoned invoice names, whatever the seed; reserved for examples (RFC 2606). */
export const strangersHosts: readonly string[] = [
  'docs-backup.example.net',
  'audit-portal.example.org',
  'invoice-check.example.com',
];

export async function startStranger(): Promise<Stranger> {
  const hosts = Object.fromEntries(strangersHosts.map((host, index) => [host, `93.184.215.${20 + index}`]));
  const network = await startTestNetwork({ hosts });
  const folder = await makeTemporaryFolder({ mode: 0o755 });
  await mkdir(join(folder.path, 'authority'));
  const program = fileURLToPath(new URL('./attacker.ts', import.meta.url));
  const [file, ...words] = network.command([process.execPath, program, folder.path]);
  const server = spawn(file, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(server, 'exit');
  const ready = await Promise.race([once(server.stdout, 'data').then(() => true), exited.then(() => false)]);
  if (!ready) throw new Error('the stranger’s server did not start');
  return {
    network,
    roots: join(folder.path, 'roots.pem'),
    received: () => readFile(join(folder.path, 'received'), 'utf8').catch(() => ''),
    async [Symbol.asyncDispose]() {
      server.stdin.end();
      await exited;
      await network[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}
