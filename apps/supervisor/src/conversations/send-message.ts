import type { RunId, TimelineBody, TurnId } from '@clawhold/spec';
import type { Policies } from '../deciding/policies.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { CarriedLabels } from '../labels/carried-labels.ts';
import { holdsSecret } from '../labels/data-labels.ts';
import type { LiveRuns } from '../runs/live-runs.ts';
import type { Conversations } from './conversation.ts';

export interface MessengerParts {
  readonly runs: LiveRuns;
  readonly policies: Pick<Policies, 'of'>;
  readonly gateway: Pick<Gateway, 'appendTimeline'>;
  readonly carried: Pick<CarriedLabels, 'note'>;
  readonly conversations: Conversations;
}

/** What a person says, and who it is. */
export interface SentMessage {
  readonly run: RunId;
  readonly turn: TurnId;
  readonly by: string;
  readonly text: string;
}

/** Hands what a person says to the conversation of a run: labelled as a person's words before, and shown. */
export function createMessenger({ runs, policies, gateway, carried, conversations }: MessengerParts) {
  return async ({ run, turn, by, text }: SentMessage): Promise<Record<string, never>> => {
    const live = runs.get(run);
    const conversation = conversations.get(run);
    await conversation.say({ turn, text }, async () => {
      live.provenance.told(text, holdsSecret(text, policies.of(live.agent)) ? 'secret' : 'internal');
      await carried.note(live);
      const body: TimelineBody = { kind: 'message', turn, from: 'person', by, text, ok: true };
      await gateway.appendTimeline({ run, bodies: [body], key: `${turn}/sent` });
    });
    return {};
  };
}
