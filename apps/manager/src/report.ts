import type { ErrorCode } from '@clawhold/spec';

/** What the manager tells whoever started it, one JSON object a line on stdout. The CLI draws it. */
export type Report =
  | { readonly kind: 'step'; readonly name: string; readonly state: 'started' | 'done'; readonly milliseconds?: number }
  | {
      readonly kind: 'ready';
      readonly url: string;
      readonly tier: string;
      readonly firstStart: boolean;
      readonly milliseconds: number;
    }
  | { readonly kind: 'warning'; readonly message: string }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string; readonly hint?: string };

// Detached, whoever started us stops reading once we are ready; that must not end us.
process.stdout.on('error', () => undefined);

export function report(line: Report): void {
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
