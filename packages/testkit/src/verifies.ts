import { readRequirements } from './requirements.ts';

let known: ReadonlySet<string> | undefined;

/**
 * The title of a test that holds up a promise of the requirements manifest.
 *
 * ```ts
 * test(verifies('sandbox.no-host-files', 'reading /etc/shadow fails'), async () => { … });
 * ```
 *
 * `tests/house/requirements.test.ts` finds these calls by their text, so write the id as a literal.
 *
 * @throws Error when no `requirements/*.yaml` has this id.
 */
export function verifies(id: string, title: string): string {
  known ??= new Set(readRequirements().map((requirement) => requirement.id));
  if (!known.has(id)) throw new Error(`no requirements/*.yaml has the id "${id}"`);
  return `${title} [${id}]`;
}
