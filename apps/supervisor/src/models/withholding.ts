import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Withheld } from '@clawhold/inference';
import type { Redaction } from '@clawhold/spec';
import type { DetectionKey } from '../detection/detection-key.ts';
import { type Withholding, withholdIn, withholdPrivateKeys } from '../detection/withheld-text.ts';
import type { LiveRun } from '../runs/live-run.ts';

/** Takes out of the texts of a run's model requests what its policy withholds. */
export type Withhold = (
  text: string,
  what: readonly Redaction[],
  run: Pick<LiveRun, 'id' | 'guarded'>,
) => Promise<Withheld>;

/** Other requests take their turn after so much of a long text. A line that is longer is not looked through: it goes. */
const pieceCharacters = 65_536;
/** Conversations come again with every turn; so many of their texts are known to hold nothing. */
const remembered = 20_000;
/** The shortest thing that is ever found has more characters. */
const shortest = 6;

/**
 * A placeholder names the kind and a keyed digest, so that it is the same for a value as long as a run lasts, over restarts
 * too, another in every other run, and says nothing about the value.
 */
export function createWithholding(key: Pick<DetectionKey, 'digestOf'>): Withhold {
  const clean = new Set<string>();

  return async (text, what, { id, guarded }) => {
    if (text.length < shortest) return { text, placeholders: [] };
    const known = createHash('sha256').update(`${id}\0${what.join()}\0${text}`).digest('base64');
    if (clean.has(known)) return { text, placeholders: [] };
    const placeholders = new Set<string>();
    const withholding: Withholding = {
      what,
      guarded,
      place(kind, value) {
        const placeholder = `[withheld ${kind} ${key.digestOf(`${id}\0${kind}\0${value}`).slice(0, 8)}]`;
        placeholders.add(placeholder);
        return placeholder;
      },
    };
    const rest = await inPieces(withholdPrivateKeys(text, withholding), withholding);
    if (placeholders.size === 0) remember(clean, known);
    return { text: rest, placeholders: [...placeholders] };
  };
}

async function inPieces(text: string, withholding: Withholding): Promise<string> {
  const done: string[] = [];
  for (const piece of piecesOf(text)) {
    if (text.length > pieceCharacters) await setImmediate();
    done.push(piece.length > pieceCharacters ? withholding.place('line', piece) : withholdIn(piece, withholding));
  }
  return done.join('\n');
}

/** Whole lines together, as many as fit. */
function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  let open: string | undefined;
  for (const line of text.split('\n')) {
    const joined = open === undefined ? line : `${open}\n${line}`;
    if (open !== undefined && joined.length > pieceCharacters) {
      pieces.push(open);
      open = line;
    } else open = joined;
  }
  return [...pieces, open ?? ''];
}

function remember(known: Set<string>, digest: string): void {
  known.add(digest);
  const [oldest] = known;
  if (known.size > remembered && oldest !== undefined) known.delete(oldest);
}
