import { harnessOf, mcpServerOf, meaningOf, type ProgramManifest } from '@clawhold/harness';
import type { ToolCall, ToolQuestion } from '@clawhold/spec';
import { prepareCall } from '@clawhold/tools';
import type { LiveRun } from '../runs/live-run.ts';
import { callerOf, toolQuestion } from '../steps/call-question.ts';

/**
 * Writes a call that the model of a third-party agent proposes as a question. The agent carries it out by itself as soon
 * as it sees it, so this is the question before it runs: bursts are counted and approvals used up here. What nobody
 * declared may do anything.
 */
export function foreignQuestion(call: ToolCall, run: LiveRun, { harness, tools, mcp }: ProgramManifest): ToolQuestion {
  const { mind, tools: own } = harnessOf(harness);
  const meant = meaningOf(call, { ...own, ...tools });
  const prepared = meant.kind === 'tool' ? prepareCall(meant) : undefined;
  // What its hands carry out is decided there once more, from what is really done, like a call of the built-in loop.
  const phase = mind?.tools.includes(call.tool) === true ? 'proposed' : 'run';
  if (prepared?.kind === 'ok') return toolQuestion(prepared, run, phase);
  // What an MCP server may do is decided at its host, with what is really sent; here only rules that name the tool count.
  const isRead =
    meant.kind === 'conversation' || (meant.kind === 'unknown' && mcpServerOf(call.tool, mcp) !== undefined);
  return {
    kind: 'tool',
    caller: callerOf(run),
    phase,
    tool: meant.kind === 'tool' ? meant.tool : call.tool,
    effect: isRead ? 'read' : 'irreversible',
    parameters: [],
    arguments: call.arguments,
  };
}
