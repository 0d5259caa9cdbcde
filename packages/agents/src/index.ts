export { runAgent } from './agent.ts';
export type { AgentTool } from './agent-tool.ts';
export type { AgentResult, Assignment, Ending } from './assignment.ts';
export {
  type Conversation,
  conversationSchema,
  type Entry,
  type ProposedCall,
  proposedCallSchema,
} from './conversation.ts';
export type { AgentHost, ModelAnswer, ModelQuestion, Step, StepResult } from './host.ts';
export { type AgentManifest, type LoopManifest, parseAgentManifest } from './manifest/index.ts';
export { type ModelAccess, modelOver } from './model-over.ts';
export { type ModelTurn, type ModelTurnRequest, runTurn, type TurnCall, type TurnEnvironment } from './model-turn.ts';
export { delegateTool } from './own-tools.ts';
export { sandboxTools } from './sandbox-tools.ts';
export { Spending, type Spent } from './spending.ts';
