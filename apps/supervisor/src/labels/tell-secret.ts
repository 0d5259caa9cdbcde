import type { Gateway } from '../gateway/gateway.ts';
import type { LiveRun } from '../runs/live-run.ts';

const text = 'From here on this run may know secret data, so what leaves it is decided as secret.';

/** Says once in the timeline of a run why the same request may be decided otherwise than before. */
export function tellSecret(gateway: Pick<Gateway, 'appendTimeline'>, { id: run }: LiveRun): void {
  gateway
    .appendTimeline({ run, bodies: [{ kind: 'note', level: 'info', text }] })
    .catch((error: unknown) => console.error(error));
}
