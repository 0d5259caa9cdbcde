import type { Effect } from '@clawhold/spec';
import { prepareCall, toolDeclarations } from '@clawhold/tools';
import type { AgentTool } from './agent-tool.ts';

/** The tools that run in a sandbox, as the loop offers them. */
export const sandboxTools: readonly AgentTool[] = toolDeclarations.map(({ name, description, parameters }) => ({
  name,
  description,
  parameters,
  effectOf: (values): Effect => {
    const prepared = prepareCall({ tool: name, arguments: { ...values } });
    // What cannot be prepared is refused by the supervisor; until then nobody relies on its being harmless.
    return prepared.kind === 'ok' ? prepared.effect : 'irreversible';
  },
}));
