import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlUi } from '@clawhold/harness';
import type { Sandbox } from '@clawhold/sandbox';
import { ClawholdError, type RunId, type TurnId } from '@clawhold/spec';

/** What a person says to a run that has begun. */
export interface Message {
  readonly turn: TurnId;
  readonly text: string;
}

/** What a page of the agent's own is connected to. */
export interface PageDoor {
  readonly sandbox: Pick<Sandbox, 'execute'>;
  readonly port: number;
  readonly ui: ControlUi;
  readonly secret: string;
}

/** A run that takes one message after the other, until somebody ends it or nobody says anything. */
export class Conversation {
  #next = Promise.withResolvers<Message | undefined>();
  /** Nothing more is taken. */
  #isOver = false;
  #isIdle = false;
  readonly #idleMilliseconds: number;
  /** How a page of its agent's own reaches the agent, when it brings one. */
  readonly door: PageDoor | undefined;

  /** @param idleMilliseconds after so long without a message it is over. */
  constructor(idleMilliseconds: number, door?: PageDoor) {
    this.#idleMilliseconds = idleMilliseconds;
    this.door = door;
  }

  /** Nothing is being answered. */
  get isIdle(): boolean {
    return this.#isIdle;
  }

  /** The next thing to answer; undefined when it is over. */
  async next(): Promise<Message | undefined> {
    if (this.#isOver) return undefined;
    this.#isIdle = true;
    const patience = new AbortController();
    const late = sleep(this.#idleMilliseconds, undefined, { signal: patience.signal, ref: false });
    try {
      return await Promise.race([this.#next.promise, late]);
    } finally {
      this.#isIdle = false;
      late.catch(() => undefined);
      patience.abort();
      this.#next = Promise.withResolvers();
    }
  }

  /**
   * @param first is done before, when it is clear that the message is taken; when it fails, the message is not said.
   * @throws ClawholdError `state_conversation_busy` while an answer is not there yet; `state_no_conversation`.
   */
  async say(message: Message, first: () => Promise<void>): Promise<void> {
    this.#assertOpen();
    if (!this.#isIdle)
      throw new ClawholdError('state_conversation_busy', 'The message before this one is still being answered.', {
        hint: 'Wait for the answer, or stop the run.',
      });
    this.#isIdle = false;
    try {
      await first();
    } catch (error) {
      this.#isIdle = true;
      throw error;
    }
    // It may have ended meanwhile.
    this.#assertOpen();
    this.#next.resolve(message);
  }

  /** Nothing more comes; what is being answered is answered. @throws ClawholdError `state_no_conversation`. */
  end(): void {
    this.#assertOpen();
    this.#isOver = true;
    this.#next.resolve(undefined);
  }

  /** It ended by itself. */
  close(): void {
    this.#isOver = true;
  }

  #assertOpen(): void {
    if (this.#isOver) throw notThere();
  }
}

/** The runs of this process that are conversations, by their id. */
export interface Conversations {
  add(run: RunId, conversation: Conversation): void;
  /** @throws ClawholdError `state_no_conversation`. */
  get(run: RunId): Conversation;
  forget(run: RunId): void;
}

export function createConversations(): Conversations {
  const open = new Map<RunId, Conversation>();
  return {
    add: (run, conversation) => void open.set(run, conversation),
    get(run) {
      const found = open.get(run);
      if (found === undefined) throw notThere();
      return found;
    },
    forget: (run) => void open.delete(run),
  };
}

function notThere(): ClawholdError {
  return new ClawholdError('state_no_conversation', 'This run is no conversation that is open.', {
    hint: 'Begin another one: npx clawhold chat <agent>',
  });
}
