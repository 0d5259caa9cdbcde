import type { PinList } from '@clawhold/egress';
import type { StatedDescription, ToolPin } from '@clawhold/spec';

/**
 * What is known of a tool after a server described it. The first description is pinned, unless the list is closed. Another
 * one waits, and so does the tool, also when its server goes back to the pinned one: an operator has to look.
 */
export function compare(known: ToolPin | undefined, stated: StatedDescription, list: PinList): ToolPin {
  if (known === undefined)
    return list === 'open'
      ? { pinned: { ...stated, by: 'first sight' }, waiting: null }
      : { pinned: null, waiting: stated };
  const isKnown = [known.pinned, known.waiting].some((one) => one?.digest === stated.digest);
  return isKnown ? known : { ...known, waiting: stated };
}

/** Whether nobody may see or call a tool; one that was never described has nothing to be compared. */
export function isWithheld(known: ToolPin | undefined, list: PinList): boolean {
  if (known === undefined) return list === 'closed';
  return known.waiting !== null || known.pinned === null;
}

/** What is known when an operator accepted one of the two descriptions; undefined when it is neither. */
export function accept({ pinned, waiting }: ToolPin, digest: string, since: string): ToolPin | undefined {
  const chosen = [pinned, waiting].find((one) => one?.digest === digest);
  if (chosen === undefined || chosen === null) return undefined;
  const { description } = chosen;
  return { pinned: { digest, description, since, by: 'operator' }, waiting: null };
}
