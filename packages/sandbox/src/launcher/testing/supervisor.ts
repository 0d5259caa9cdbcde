/** A supervisor for `attach.test.ts`: says what it is, starts a sandbox, and waits. */
import { readFileSync, readSync } from 'node:fs';
import { createServer } from 'node:net';
import type { SandboxRequest } from '../../sandbox.ts';
import { attachLauncher } from '../attach.ts';

/** What it prints. */
export interface SupervisorFacts {
  readonly pid: number;
  readonly uid: string;
  readonly groups: string;
  readonly capabilities: readonly string[];
  readonly noNewPrivileges: string;
  readonly descriptor: string;
  readonly served: string;
  readonly pidNamespace: number;
}

const start = Buffer.alloc(64 * 1024);
// The start document comes through descriptor 3, which the launcher passes on.
// It was written by attach.test.ts.
const request = JSON.parse(start.toString('utf8', 0, readSync(3, start))) as SandboxRequest;
const driver = await attachLauncher();
const sandbox = await driver.start(request);
sandbox.listener('proxy').attach(createServer((socket) => socket.end('served')));
const answer = await sandbox.run({
  arguments: ['node', '-e', 'net.connect(80, "203.0.113.1").pipe(process.stdout)'],
});
const status = readFileSync('/proc/self/status', 'utf8');
const line = (name: string): string => new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, 'm').exec(status)?.[1] ?? '';
sandbox.execute({ arguments: ['sleep', '1000'] });
sandbox.execute({ arguments: ['sleep', '1001'], timeoutMilliseconds: 1_500 });
process.stdout.write(
  `${JSON.stringify({
    pid: process.pid,
    uid: line('Uid'),
    groups: line('Groups'),
    capabilities: ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map(line),
    noNewPrivileges: line('NoNewPrivs'),
    descriptor: process.env['CLAWHOLD_LAUNCHER_FD'] ?? 'unset',
    served: Buffer.from(answer.stdout).toString(),
    pidNamespace: sandbox.attestation.namespaces['pid'] ?? 0,
  } satisfies SupervisorFacts)}\n`,
);
process.once('SIGTERM', async () => {
  await driver.close();
  process.exit(7);
});
