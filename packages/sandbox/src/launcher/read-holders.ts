import type { Holder } from '../holder.ts';

/** What the launcher prints where something about a process was not to be found out. */
const unknown = '?';

/** Reads what `native/launcher/src/caller/holders.c` prints. What was cut off is left out: nobody is known by half. */
export function readHolders(output: Uint8Array): readonly Holder[] {
  const words = Buffer.from(output).toString().split('\0');
  // Behind the last zero there is nothing, or half a word.
  words.pop();
  const holders: Holder[] = [];
  let family: string[] = [];
  for (const word of words) {
    if (word !== '') {
      family.push(word);
      continue;
    }
    const [executable, ...ancestors] = family;
    const isKnown = executable !== undefined && !family.includes(unknown);
    holders.push(isKnown ? { executable, ancestors } : { executable: undefined, ancestors: [] });
    family = [];
  }
  return holders;
}
