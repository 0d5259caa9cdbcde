import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePrograms } from '../peers/debian.ts';
import { type IdleWay, openIdleProgram } from './idle.ts';
import { seccompFilter } from './seccomp-filter.ts';
import { echo, type NoWay, timeToFirstByte, type Way } from './way.ts';

const program = 'bwrap';
const name = 'bwrap --unshare-all --seccomp';

/**
 * Raw bubblewrap: all namespaces, the host read-only, one folder writable, a seccomp filter. No Landlock, no way out by a
 * proxy, no host id of its own, no copy-on-write, no self-test.
 *
 * @param folder - For the filter, and writable inside.
 */
export function openBubblewrap(folder: string): (Way & IdleWay) | NoWay {
  const reason = ensurePrograms([program]);
  if (reason !== undefined) return { name, reason };
  const filter = seccompFilter();
  if (filter === undefined) return { name, reason: `there is no seccomp filter for ${process.arch} here` };
  const filterFile = join(folder, 'filter.bpf');
  writeFileSync(filterFile, filter);
  const apart = ['--unshare-all', '--die-with-parent', '--new-session', '--seccomp', '3'];
  const view = ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp', '--bind', folder, folder];
  const before = [...apart, ...view, '--'];
  const words = [...before, ...echo];
  const idle = [...before, '/bin/sh', '-c', 'echo x; exec sleep infinity'];
  return {
    name,
    version: ['bubblewrap', execFileSync(program, ['--version'], { encoding: 'utf8' }).trim().split(' ').at(-1) ?? ''],
    root: process.pid,
    async open() {
      const descriptor = openSync(filterFile, 'r');
      try {
        return await openIdleProgram(program, idle, descriptor);
      } finally {
        closeSync(descriptor);
      }
    },
    async start() {
      const began = performance.now();
      const descriptor = openSync(filterFile, 'r'); // a new one for each start: bwrap reads it to its end
      try {
        return await timeToFirstByte(began, program, words, { stdio: ['ignore', 'pipe', 'inherit', descriptor] });
      } finally {
        closeSync(descriptor);
      }
    },
    async [Symbol.asyncDispose]() {},
  };
}
