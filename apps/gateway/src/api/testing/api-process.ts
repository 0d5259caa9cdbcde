import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { type ApiStart, readinessSchema } from '@clawhold/spec';
import { builtPrograms } from '@clawhold/testkit';
import type { Api } from '../start.ts';

/** The api as the process that the manager starts. Closing it is killing it: no handler runs, nothing is flushed. */
export async function startApiProcess(document: ApiStart): Promise<Api> {
  const entry = join(await builtPrograms(), 'api.js');
  const child = spawn(process.execPath, ['--disable-warning=DeprecationWarning', entry], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] },
  });
  const exited = once(child, 'exit');
  const manager = child.stdio[3];
  if (child.stdout === null || child.stderr === null || !(manager instanceof Writable))
    throw new Error('the api got no pipes');
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    errors += part;
  });
  manager.on('error', () => undefined);
  manager.write(`${JSON.stringify(document)}\n`);
  const ready = once(createInterface({ input: child.stdout }), 'line').then(([line]) => String(line));
  const line = await Promise.race([ready, exited.then(() => Promise.reject(new Error(errors)))]);
  const readiness = readinessSchema.parse(JSON.parse(line));
  if (readiness.kind === 'failed') throw new Error(`${readiness.message} ${errors}`);
  return {
    port: Number(readiness.detail['port']),
    async close() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
