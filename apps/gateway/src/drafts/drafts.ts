import { limits, type RunId, type TurnId } from '@clawhold/spec';

/** A piece of what a model is writing: it stands at `from` of the turn's text; what stood there before is taken back. */
export interface DraftPart {
  readonly turn: TurnId;
  readonly agent: string;
  /** In UTF-16 code units. */
  readonly from: number;
  readonly text: string;
}

/**
 * What models are writing at this moment, for people who watch. It lives in the memory of this process and nowhere else:
 * the text that counts is recorded once, when the turn is over, and whoever lost a draft sees that.
 */
export interface Drafts {
  /** Answers how much of the turn is known now: a writer that was ahead of us goes on from there. */
  write(run: RunId, part: DraftPart): number;
  /** Forgets what is being written in a run. */
  end(run: RunId): void;
  /**
   * What is being written, from its beginning, until `signal` aborts. A reader that is slow gets larger pieces, never
   * more of them: nothing is kept for it.
   */
  follow(run: RunId, signal: AbortSignal): AsyncIterable<DraftPart>;
}

interface Draft {
  readonly turn: TurnId;
  readonly agent: string;
  readonly text: string;
  /** Changes whenever something was taken back. */
  readonly edition: object;
}

export function createDrafts(): Drafts {
  const drafts = new Map<RunId, Draft>();
  const changes = new EventTarget();

  function write(run: RunId, { turn, agent, from, text }: DraftPart): number {
    const known = drafts.get(run);
    const same = known?.turn === turn ? known : undefined;
    const before = same?.text ?? '';
    if (from > before.length) return before.length;
    const edition = same !== undefined && from === before.length ? same.edition : {};
    const next = (before.slice(0, from) + text).slice(0, limits.draftCharacters);
    drafts.set(run, { turn, agent, text: next, edition });
    changes.dispatchEvent(new Event(run));
    return next.length;
  }

  async function* follow(run: RunId, signal: AbortSignal): AsyncIterable<DraftPart> {
    let edition: object | undefined;
    let length = 0;
    while (!signal.aborted) {
      const draft = drafts.get(run);
      if (draft === undefined || (draft.edition === edition && draft.text.length === length)) {
        await nextChange(run, signal);
        continue;
      }
      const from = draft.edition === edition ? length : 0;
      edition = draft.edition;
      length = draft.text.length;
      yield { turn: draft.turn, agent: draft.agent, from, text: draft.text.slice(from) };
    }
  }

  function nextChange(run: RunId, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        changes.removeEventListener(run, finish);
        signal.removeEventListener('abort', finish);
        resolve();
      };
      changes.addEventListener(run, finish);
      signal.addEventListener('abort', finish);
    });
  }

  return { write, end: (run) => void drafts.delete(run), follow };
}
