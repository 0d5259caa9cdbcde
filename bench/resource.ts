import { constants } from 'node:os';

const open = new Set<() => Promise<void>>();

/**
 * Something that a topic started and that must not outlive it: `end` runs when it is disposed of, or when the bench is
 * asked to end before. Once.
 */
export function resource(end: () => Promise<void>): AsyncDisposable {
  let ended: Promise<void> | undefined;
  const endOnce = (): Promise<void> => {
    open.delete(endOnce);
    ended ??= end();
    return ended;
  };
  open.add(endOnce);
  return { [Symbol.asyncDispose]: endOnce };
}

/** From now on a signal, or the end of the bench that started this process, ends all resources, the newest first. */
export function endWithTheBench(): void {
  let ending = false;
  const end = async (status: number): Promise<void> => {
    if (ending) return; // on a terminal Ctrl-C comes twice: from there and from the bench
    ending = true;
    process.on('uncaughtException', () => undefined); // what is being measured loses its ground now
    for (const endOne of [...open].toReversed()) await endOne().catch(() => undefined); // the others must end too
    process.exit(status);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => void end(128 + constants.signals[signal]));
  process.once('disconnect', () => void end(1));
  process.channel?.unref(); // listening for its end must not keep a finished topic alive
}
