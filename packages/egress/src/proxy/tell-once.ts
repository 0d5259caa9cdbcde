import type { EgressHooks, EgressRecord, Identity } from '../hooks.ts';

export interface Telling extends Pick<EgressRecord, 'method' | 'fault'> {
  /** How many different ones are told of, and what is said in place of the first one beyond. */
  readonly most: number;
  readonly further: string;
}

/**
 * Tells of what a sandbox tried and could not have, of each once: programs try the same again and again, and whoever tries
 * thousands cannot fill a timeline with them.
 */
export function tellOnce(
  identity: Identity,
  observe: EgressHooks['observe'],
  { method, fault, most, further }: Telling,
): (what: string) => void {
  const told = new Set<string>();
  return (what) => {
    if (told.size > most || told.has(what)) return;
    told.add(what);
    observe({
      identity,
      question: null,
      decision: null,
      method,
      url: told.size > most ? further : what,
      outcome: 'refused',
      status: null,
      requestBytes: 0,
      responseBytes: 0,
      fault,
    });
  };
}
