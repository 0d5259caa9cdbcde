import { harnessOf, meaningOf, type ProgramManifest } from '@clawhold/harness';
import type { ToolCall, ToolQuestion } from '@clawhold/spec';
import { prepareCall } from '@clawhold/tools';
import type { LiveRun } from '../runs/live-run.ts';
import { callerOf, toolQuestion } from '../steps/call-question.ts';

/**
 * Writes a call that the model of a third-party agent proposes as a question. The agent carries it out by itself as soon
 * as it sees it, so this is the question before it runs: bursts are counted and approvals used up here. What nobody
 * declared may do anything.
 */
export function foreignQuestion(call: ToolCall, run: LiveRun, { harness, tools }: ProgramManifest): ToolQuestion {
  const meant = meaningOf(call, { ...harnessOf(harness).tools, ...tools });
  const prepared = meant.kind === 'tool' ? prepareCall(meant) : undefined;
  if (prepared?.kind === 'ok') return toolQuestion(prepared, run, 'run');
  return {
    kind: 'tool',
    caller: callerOf(run),
    phase: 'run',
    tool: meant.kind === 'tool' ? meant.tool : call.tool,
    effect: meant.kind === 'conversation' ? 'read' : 'irreversible',
    parameters: [],
    arguments: call.arguments,
  };
}
