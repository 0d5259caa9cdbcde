import { execFileSync } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { eventBodies } from '@clawhold/spec';
import { z } from 'zod';

/** Changes a limit of the first process of a sandbox, as somebody with every right on the machine could. Root only. */
export function tamperWith(started: unknown): void {
  const { attestation } = eventBodies['sandbox.started'].parse(started);
  const { pid } = z.object({ pid: z.number() }).parse(attestation['namespaces']);
  const isInside = (process: string): boolean => {
    try {
      return readlinkSync(`/proc/${process}/ns/pid`) === `pid:[${pid}]`;
    } catch {
      return false;
    }
  };
  const [first = ''] = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isInside(name));
  execFileSync('prlimit', ['--pid', first, '--nofile=100:100']);
}
