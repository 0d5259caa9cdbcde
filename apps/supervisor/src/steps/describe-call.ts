import type { ModelCaller } from '@clawhold/inference';
import type { ToolCall, ToolQuestion } from '@clawhold/spec';
import { prepareCall, toolDeclarations, wireName } from '@clawhold/tools';
import { foreignQuestion } from '../programs/foreign-call.ts';
import type { Program } from '../programs/programs.ts';
import type { LiveRun } from '../runs/live-run.ts';
import { toolQuestion } from './call-question.ts';

const dottedNames: ReadonlyMap<string, string> = new Map(toolDeclarations.map(({ name }) => [wireName(name), name]));

/** Tools that the built-in loop carries out itself: they touch nothing but the conversation. */
const ownTools: ReadonlySet<string> = new Set(['plan_update', 'agent_delegate', 'task_complete']);

/** Writes a call that a model proposes as a question. What nobody declared may do anything. */
export function describeProposal(call: ToolCall, caller: ModelCaller, run: LiveRun, program?: Program): ToolQuestion {
  if (program !== undefined && caller.sandbox !== undefined) return foreignQuestion(call, run, program.manifest);
  const isBuiltIn = caller.askMeans === 'pass';
  const name = (isBuiltIn ? dottedNames.get(call.tool) : undefined) ?? call.tool;
  const prepared = isBuiltIn ? prepareCall({ tool: name, arguments: call.arguments }) : undefined;
  if (prepared?.kind === 'ok') return toolQuestion(prepared, run, 'proposed');
  // A malformed call of a known tool has no effect: the loop answers it with what is wrong.
  const harmless = isBuiltIn && (ownTools.has(call.tool) || dottedNames.has(call.tool));
  return {
    kind: 'tool',
    caller: { agent: run.agent, run: run.id, sandbox: run.sandboxId },
    phase: 'proposed',
    tool: name,
    effect: harmless ? 'read' : 'irreversible',
    parameters: [],
    arguments: call.arguments,
  };
}
