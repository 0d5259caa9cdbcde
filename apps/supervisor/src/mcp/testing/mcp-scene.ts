import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Scene, startScene } from '../../testing/scene.ts';

/** The agent: sends what its task says to `http://probe.mcp.local/mcp`, one after the other, and prints what came. */
const agent = `
const { stdin } = process;
let task = '';
stdin.on('data', (piece) => (task += piece)).on('end', async () => {
  const came = [];
  for (const [method, params] of JSON.parse(task)) {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 'mine', method, params });
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const answer = await fetch('http://probe.mcp.local/mcp', { method: 'POST', headers, body }).catch((error) => error);
    const text = await answer.text?.();
    const [, data] = /^data: (.*)$/m.exec(text) ?? [];
    came.push({ status: answer.status ?? 0, ...(data === undefined ? { text } : JSON.parse(data)) });
  }
  console.log(JSON.stringify(came));
});
`;

/** What came of one request. */
export interface Came {
  readonly status: number;
  readonly id?: string;
  readonly text?: string;
  readonly result?: { readonly [key: string]: unknown; readonly content?: readonly { readonly text: string }[] };
  readonly error?: { readonly code: number; readonly message: string };
}

export type Asked = readonly [method: string, params?: object];

export interface McpScene {
  readonly scene: Scene;
  /** Lets the agent of the run ask its server these things. */
  ask(...list: readonly Asked[]): Promise<readonly Came[]>;
  /** Publishes policies beside that of the agent. */
  publish(agents: Readonly<Record<string, string>>): Promise<unknown>;
}

/** A call of a tool of the server. */
export const call = (name: string, text = ''): Asked => ['tools/call', { name, arguments: { text } }];

/** The program of a server, as the command of a manifest. */
export async function probeCommand(): Promise<string> {
  const program = await readFile(join(import.meta.dirname, 'server.mjs'), 'utf8');
  return JSON.stringify(['node', '--input-type=module', '--eval', program]);
}

/** What a policy says of the server, as an entry of `network_policies`. */
export const probeNetwork = (endpoint: string): string =>
  `\n  probe:\n    endpoints: [{ host: probe.mcp.local, port: 80, protocol: mcp, ${endpoint} }]`;

export const everyTool = '{ name: "*", allow: true, effect: read }';

const ceiling = 'version: 1\nname: ceiling\nservices: { finance.local: { socket: finance.sock } }\n';

/**
 * A run whose agent is a program with one MCP server, `probe`.
 *
 * @param endpoint what its policy says of the server. @param more lines of the server in the manifest.
 */
export async function mcpScene(endpoint: string, more = ''): Promise<McpScene> {
  const scene = await startScene(
    { 'agent.cjs': agent, 'note.txt': 'old', '.env': 'KEY=1' },
    '',
    probeNetwork(endpoint),
  );
  const server = `{ command: ${await probeCommand()}${more} }`;
  const manifest = `name: worker\ndescription: Asks.\nharness: command\ncommand: [node, /task/agent.cjs]\nmcp: { probe: ${server} }\n`;
  const worker = `version: 1\nname: worker\nnetwork_policies:${probeNetwork(endpoint)}\n`;
  return {
    scene,
    publish: (agents) => scene.ask('publishPolicy', { ceiling, agents: { worker, ...agents } }),
    async ask(...list) {
      scene.plane.program = { ...scene.plane.program, manifest, task: JSON.stringify(list) };
      await scene.open();
      const { outcome } = await scene.runProgram();
      if (outcome.kind !== 'done' || !outcome.ok) throw new Error(JSON.stringify(outcome));
      return JSON.parse(outcome.output) as readonly Came[]; // what the agent prints
    },
  };
}
