import type { Draft } from '@clawhold/client';
import { hostileLine } from '../terminal/hostile.ts';
import { columnsOf } from '../terminal/width.ts';

/** Characters of a draft that are looked at: more than any terminal shows in a line. */
const looked = 1_000;

/** The end of what an agent is writing, in one line of so many columns: where it grows. */
export function liveText({ agent, text }: Draft, columns: number): string {
  const head = `${hostileLine(agent, 40)}  `;
  // Not in the middle of a character: half of one would be written out as if it were hidden.
  const end = hostileLine(text.slice(-looked).replace(/^[\uDC00-\uDFFF]/, ''), Number.POSITIVE_INFINITY);
  return head + fitEnd(end, columns - columnsOf(head));
}

/** The last columns of a text, with an ellipsis when something is missing. It must hold no colours. */
function fitEnd(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  const shown: string[] = [];
  let used = 1;
  for (const character of [...text].toReversed()) {
    used += columnsOf(character);
    if (used > columns) break;
    shown.push(character);
  }
  return `…${shown.toReversed().join('')}`;
}
