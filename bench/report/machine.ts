import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { checkout } from '../checkout.ts';

/** Where and on what the figures were taken. */
export interface Machine {
  readonly clawhold: string;
  readonly node: string;
  readonly kernel: string;
  readonly processor: string;
  readonly processors: number;
  readonly memoryGigabytes: number;
  readonly user: 'root' | 'ordinary user';
}

export function describeMachine(): Machine {
  return {
    clawhold: clawholdVersion(),
    node: process.versions.node,
    kernel: release(),
    processor: cpus()[0]?.model ?? 'unknown',
    processors: availableParallelism(),
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    user: process.getuid?.() === 0 ? 'root' : 'ordinary user',
  };
}

/** The load average of the last minute: above the number of processors, something waits. */
export function load(): number {
  return Math.round((loadavg()[0] ?? Number.NaN) * 100) / 100;
}

function clawholdVersion(): string {
  // Our own manifest.
  const { version } = JSON.parse(readFileSync(`${checkout}/package.json`, 'utf8')) as { version: string };
  try {
    const options = { cwd: checkout, encoding: 'utf8', stdio: 'pipe' } as const;
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], options).trim();
    const changed = execFileSync('git', ['status', '--porcelain'], options) !== '';
    return `${version} (${commit}${changed ? ', with changes that are not committed' : ''})`;
  } catch {
    return version; // a source archive, or no git
  }
}
