import type { TurnId } from '@clawhold/spec';
import type { Gateway } from '../gateway/gateway.ts';
import type { LiveRun } from '../runs/live-run.ts';

/** Shows what an agent is writing, as far as there is time: while one piece is on its way, newer ones become one. */
export function createDraftTeller({ id, agent }: Pick<LiveRun, 'id' | 'agent'>, gateway: Pick<Gateway, 'showDraft'>) {
  let wanted: { readonly turn: TurnId; readonly text: string } | undefined;
  let isSending = false;

  async function send(): Promise<void> {
    isSending = true;
    let shown = { turn: '', text: '' };
    while (wanted !== undefined) {
      const { turn, text } = wanted;
      wanted = undefined;
      const from = shown.turn === turn && text.startsWith(shown.text) ? shown.text.length : 0;
      const known = await gateway.showDraft({ run: id, turn, agent, from, text: text.slice(from) });
      shown = { turn, text: text.slice(0, known.length) };
    }
  }

  return (turn: TurnId, text: string): void => {
    wanted = { turn, text };
    if (isSending) return;
    send()
      .catch(() => undefined) // an old draft is worth nothing
      .finally(() => {
        isSending = false;
      });
  };
}
