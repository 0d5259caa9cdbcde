import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@clawhold/testkit';

/** A system call of the launcher's tables; `undefined` where a processor has none. */
export interface TabledCall {
  readonly name: string;
  readonly x64: number | undefined;
  readonly arm64: number | undefined;
}

function table(file: string, from: string): readonly TabledCall[] {
  const text = readFileSync(join(repositoryRoot, 'native/launcher/src/layers/seccomp', file), 'utf8');
  const [, after = ''] = text.split(`${from}[`);
  const [inside = ''] = after.split('\n};');
  const number = (digits: string | undefined): number | undefined => (digits === 'NONE' ? undefined : Number(digits));
  return [...inside.matchAll(/CALL\((\w+), (\d+|NONE), (\d+|NONE)\)/g)].map(([, name = '', x64, arm64]) => ({
    name,
    x64: number(x64),
    arm64: number(arm64),
  }));
}

/** The system calls that the launcher's filter knows, read from its source. */
export const callTables: Readonly<Record<'allowed' | 'refused' | 'debugger' | 'checked', readonly TabledCall[]>> = {
  allowed: table('allowed_calls.c', ' calls'),
  refused: table('refused_calls.c', ' calls'),
  debugger: table('refused_calls.c', ' debugger'),
  checked: table('checked_calls.c', ' checked_calls'),
};

/**
 * Calls that newer kernels (6.14, 6.18) carry out without asking any filter: uretprobe and uprobe. They only work where the
 * kernel itself put them into a program, for a tracer of the machine; anywhere else they end in SIGILL or ENXIO.
 */
export const unfilteredCalls: Readonly<Record<'x64' | 'arm64', readonly number[]>> = { x64: [335, 336], arm64: [] };
