import { limits } from '@clawhold/spec';
import type { EgressHooks, Identity } from '../hooks.ts';

/** The method of a record about a name. */
const method = 'DNS';

/**
 * Tells of names that did not exist for a sandbox, of each once: programs ask the same again and again, and whoever asks
 * for thousands cannot fill a timeline with them.
 */
export function createRefusedNames(identity: Identity, observe: EgressHooks['observe']): (name: string) => void {
  const told = new Set<string>();
  return (name) => {
    const shown = [...name.toLowerCase()].map((letter) => (/[\x21-\x7e]/.test(letter) ? letter : '?')).join('');
    if (told.size > limits.refusedNamesShown || told.has(shown)) return;
    told.add(shown);
    const isLast = told.size > limits.refusedNamesShown;
    observe({
      identity,
      question: null,
      decision: null,
      method,
      url: isLast ? 'further names' : shown,
      outcome: 'refused',
      status: null,
      requestBytes: 0,
      responseBytes: 0,
      fault: 'name_unknown',
    });
  };
}
