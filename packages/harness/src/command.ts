import { ClawholdError } from '@clawhold/spec';
import type { Harness } from './harness.ts';
import { mcpServerList } from './mcp-server.ts';
import { memoryVariable, ownMemory } from './memory.ts';

/** Stands in an argument for the person's words. */
const taskPlace = '{task}';

/**
 * Any program. It gets the task where its arguments say `{task}`, else on standard input, and the run's model as
 * `CLAWHOLD_MODEL`, and its MCP servers, where it has some, as `CLAWHOLD_MCP_SERVERS`; what it prints is its answer. What it
 * keeps, when its manifest says that it may, is what it puts into the folder `CLAWHOLD_MEMORY`.
 */
export const command: Harness = {
  tools: {},
  memory: ownMemory,
  start({ task, model, command: [program, ...rest], mcp }) {
    if (task.includes('\0'))
      throw new ClawholdError('input_agent_manifest', 'A task with a zero byte fits no program.');
    const named = [program, ...rest].some((argument) => argument.includes(taskPlace));
    const fill = (argument: string): string => argument.replaceAll(taskPlace, () => task);
    return {
      arguments: [fill(program), ...rest.map(fill)],
      environment: {
        CLAWHOLD_MODEL: model,
        [memoryVariable]: ownMemory.folder,
        ...(Object.keys(mcp).length === 0
          ? {}
          : { CLAWHOLD_MCP_SERVERS: JSON.stringify({ mcpServers: mcpServerList(mcp) }) }),
      },
      input: named ? '' : task,
    };
  },
};
