import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { resource } from '../resource.ts';

/** What a part says of itself when it listens: ports, certificates. */
export type Announcement = Readonly<Record<string, string | number>>;

export interface Part extends AsyncDisposable {
  readonly said: Announcement;
  readonly child: ChildProcess;
}

/**
 * Starts a script of `parts/` as a process of its own: in the product, too, proxy, program and server are three.
 *
 * @param given handed to it as the environment variable `PART`, in JSON.
 * @throws Error when it ends before it is ready.
 */
export async function startPart(script: string, given: Announcement = {}): Promise<Part> {
  const child = fork(`${import.meta.dirname}/parts/${script}.ts`, [], {
    env: { ...process.env, PART: JSON.stringify(given) },
    execArgv: ['--expose-gc'],
  });
  const part = resource(async () => {
    if (child.exitCode === null && child.kill()) await once(child, 'exit');
  });
  const said = await Promise.race([
    once(child, 'message').then(([message]) => message as Announcement), // what `ready` sends
    once(child, 'exit').then(() => undefined),
  ]);
  if (said === undefined) throw new Error(`${script} ended before it was ready`);
  return { said, child, ...part };
}

/** What {@link startPart} was given. */
export function settings(): Announcement {
  // Written by startPart.
  return JSON.parse(process.env['PART'] ?? '{}') as Announcement;
}

export function ready(said: Announcement): void {
  process.send?.(said);
}

export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1', 4_096);
  await once(server, 'listening');
  // A TCP server that listens has an AddressInfo.
  return (server.address() as AddressInfo).port;
}
