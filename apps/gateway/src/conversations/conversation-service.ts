import { createHash, randomBytes } from 'node:crypto';
import { formatId, idEntropyBytes, ledgerEvent, type RunId, type TurnId } from '@clawhold/spec';
import type { Recorder } from '../audit/recorder.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { SupervisorClient } from '../supervisors/client.ts';

/** Runs that take further messages. */
export interface ConversationService {
  /** Answers with the turn under which the answer will come. @throws ClawholdError `state_no_conversation`, `state_conversation_busy`. */
  say(run: RunId, text: string, by: string): Promise<TurnId>;
  /** Ends one well; its run finishes. @throws ClawholdError `state_no_conversation`. */
  end(run: RunId): Promise<void>;
}

export interface ConversationParts {
  readonly store: Pick<RunStore, 'read'>;
  readonly ledger: Recorder;
  readonly supervisor: Pick<SupervisorClient, 'sendMessage' | 'endConversation'>;
}

export function createConversationService({ store, ledger, supervisor }: ConversationParts): ConversationService {
  return {
    async say(run, text, by) {
      await store.read(run);
      const turn = formatId('turn', randomBytes(idEntropyBytes));
      const digest = createHash('sha256').update(text).digest('hex');
      // A person's word is on record before it counts.
      await ledger.append([ledgerEvent('message.sent', { turn, digest, by }, { actor: `person:${by}`, run })]);
      await supervisor.sendMessage({ run, turn, by, text });
      return turn;
    },
    async end(run) {
      await store.read(run);
      await supervisor.endConversation(run);
    },
  };
}
