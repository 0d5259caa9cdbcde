import type { ManagerReport } from '@clawhold/spec';

// Detached, whoever started us stops reading once we are ready; that must not end us.
process.stdout.on('error', () => undefined);

export function report(line: ManagerReport): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Reports begin and end of a step around it. */
export async function step<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const began = performance.now();
  report({ kind: 'step', name, state: 'started' });
  const result = await work();
  report({ kind: 'step', name, state: 'done', milliseconds: Math.round(performance.now() - began) });
  return result;
}
