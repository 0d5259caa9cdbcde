import type { PlanItem } from '@clawhold/spec';
import type { Assignment } from './assignment.ts';
import {
  applyCompaction,
  conversationCapacity,
  estimateTokens,
  excerpt,
  planCompaction,
  shortenOutputs,
  summaryInstructions,
} from './compaction.ts';
import type { Conversation } from './conversation.ts';
import type { AgentHost } from './host.ts';
import type { Spending } from './spending.ts';

export interface ContextState {
  readonly conversation: Conversation;
  readonly plan: readonly PlanItem[];
  /** How many tokens the model server counted for one of our estimate; at least 1. */
  readonly calibration: number;
  /** Of the turn that it is made for; unique in the conversation. */
  readonly place: string;
}

/** Returns a conversation that fits the model's window: older turns summarised, then long outputs cut. */
export async function fitContext(
  host: AgentHost,
  assignment: Assignment,
  spending: Spending,
  { conversation, plan, calibration, place }: ContextState,
): Promise<Conversation> {
  const fixed = estimateTokens(assignment.instructions) + estimateTokens(JSON.stringify(assignment.tools));
  const capacity = Math.floor(conversationCapacity(assignment.contextTokens, fixed * calibration) / calibration);
  const compaction = planCompaction(conversation, capacity);
  if (compaction === undefined) return shortenOutputs(conversation, capacity);
  // What is summarised must itself fit into the window, next to the answer.
  const older = shortenOutputs(compaction.older, Math.floor(capacity / 2));
  const key = `${assignment.path}summary/${place}`;
  const answer = await host.askModel({
    key,
    agent: assignment.agent,
    instructions: summaryInstructions,
    conversation: [...older, { kind: 'remark', text: 'Write the summary now.' }],
    tools: [],
    shown: false,
    milliseconds: spending.remainingMilliseconds,
  });
  const written = answer.kind === 'answered' && !answer.cut ? answer.text.trim() : '';
  if (answer.kind === 'answered') spending.addTurn(answer);
  else spending.addWork(answer.milliseconds);
  const text = written === '' ? excerpt(compaction.older) : written;
  await host.show(`${key}/note`, [
    {
      kind: 'note',
      level: 'info',
      text: `The conversation grew too long for the model; ${compaction.older.length} older entries were ${written === '' ? 'cut down' : 'summarised'}.`,
    },
  ]);
  return shortenOutputs(applyCompaction(compaction, text, plan), capacity);
}
