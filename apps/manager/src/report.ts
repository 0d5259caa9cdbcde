import type { ManagerReport } from '@clawhold/spec';
import { withHostPaths } from '@clawhold/spec/host-paths';
import { homeFolder } from './home.ts';
import { logLine } from './log.ts';
import { stagedPlaces } from './stage.ts';

// Detached, whoever started us stops reading once we are ready; that must not end us.
process.stdout.on('error', () => undefined);

/** Writes one line for whoever started us, with the paths that people know. */
export function report(line: ManagerReport): void {
  const text = JSON.stringify(line, (_, value: unknown) => onHost(value));
  process.stdout.write(`${text}\n`);
  logLine(text);
}

function onHost(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return withHostPaths(value, [{ staged: stagedPlaces.home, host: homeFolder(process.env) }]);
}

/** Reports begin and end of a step around it. */
export async function step<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const began = performance.now();
  report({ kind: 'step', name, state: 'started' });
  const result = await work();
  report({ kind: 'step', name, state: 'done', milliseconds: Math.round(performance.now() - began) });
  return result;
}
