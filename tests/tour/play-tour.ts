import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createInference, type Inference } from '@clawhold/inference';
import type { Decision, Label } from '@clawhold/spec';
import { prepareCall, sandboxScripts } from '@clawhold/tools';
import { tourModel, tourScenarios, tourTask } from '@clawhold/tour';

/** One tool call of the tour's agent. */
export interface PlayedCall {
  /** Dotted. */
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface PlayedTour {
  readonly turns: readonly { readonly text: string; readonly calls: readonly PlayedCall[] }[];
  readonly calls: readonly PlayedCall[];
}

/** Tools that the agent is offered, with their dotted names. */
const tools = ['plan.update', 'task.complete', 'shell.exec', 'file.read', 'file.write', 'file.list', 'http.fetch'];
const dotted = new Map(tools.map((tool) => [tool.replace('.', '_'), tool]));

const allow: Decision = { kind: 'allow', reasons: [], rules: [], obligations: [], policy: '0'.repeat(64) };
const label: Label = { integrity: 'local', confidentiality: 'internal', readers: null, sources: [] };

/**
 * Plays the tour with the rehearsal model behind its real door and the real file tools, but without a sandbox and
 * without a network: `answer` says what became of each request.
 */
export async function playTour(folder: string, answer: (call: PlayedCall) => Promise<string>): Promise<PlayedTour> {
  const inference = await openDoor(folder);
  const messages: object[] = [{ role: 'user', content: tourTask }];
  const turns: { text: string; calls: PlayedCall[] }[] = [];
  for (;;) {
    const message = await ask(inference, messages);
    const calls = (message.tool_calls ?? []).map((call) => ({
      id: call.id,
      tool: dotted.get(call.function.name) ?? call.function.name,
      arguments: JSON.parse(call.function.arguments) as Record<string, unknown>, // the door lets only objects through
    }));
    turns.push({
      text: message.content ?? '',
      calls: calls.map(({ tool, arguments: values }) => ({ tool, arguments: values })),
    });
    if (calls.length === 0 || turns.length > 30) break;
    messages.push({ role: 'assistant', ...message });
    for (const call of calls)
      messages.push({ role: 'tool', tool_call_id: call.id, content: await carryOut(folder, call, answer) });
    if (calls.some(({ tool }) => tool === 'task.complete')) break;
  }
  return { turns, calls: turns.flatMap((turn) => turn.calls) };
}

function openDoor(folder: string): Promise<Inference> {
  return createInference({
    configuration: folder,
    providerKeys: {},
    localPorts: [],
    scenarios: [tourScenarios],
    dial: () => Promise.reject(new Error('nothing is dialled here')),
    decideInference: () => allow,
    decideTool: () => allow,
    describeCall: ({ tool }, { agent }) => ({
      kind: 'tool',
      caller: { agent },
      phase: 'proposed',
      tool,
      effect: 'read',
      parameters: [],
    }),
    labelRequest: () => label,
    routeModel: () => undefined,
    withhold: (text) => ({ text, placeholders: [] }),
    askPerson: async () => ({ kind: 'no', why: 'Nobody is asked here.' }),
    refuse: () => {
      throw new Error('nothing is refused here');
    },
    before: () => undefined,
    observeToolResult: () => undefined,
    observeUsage: () => undefined,
  });
}

interface AssistantMessage {
  readonly content: string | null;
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
}

async function ask(inference: Inference, messages: readonly object[]): Promise<AssistantMessage> {
  const offered = [...dotted.keys()].map((name) => ({ type: 'function', function: { name } }));
  const request = JSON.stringify({ model: tourModel, messages, tools: offered });
  const response = await inference.handle({
    method: 'POST',
    path: '/v1/chat/completions',
    headers: {},
    body: Readable.from([Buffer.from(request)]),
    caller: { agent: 'tour' },
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')).choices[0].message;
}

async function carryOut(
  folder: string,
  call: PlayedCall,
  answer: (call: PlayedCall) => Promise<string>,
): Promise<string> {
  if (call.tool === 'plan.update' || call.tool === 'task.complete') return 'ok';
  const command = call.arguments['command'];
  const here =
    typeof command === 'string' ? { command: command.replaceAll('/opt/node/bin/node', process.execPath) } : {};
  const prepared = prepareCall(
    { tool: call.tool, arguments: { ...call.arguments, ...here } },
    { scripts: sandboxScripts, node: process.execPath },
  );
  if (prepared.kind === 'refused') throw new Error(`the scenario calls ${call.tool} wrongly: ${prepared.reason}`);
  if (call.tool === 'http.fetch' || String(command).includes('fetch(process.argv')) return answer(call);
  const [program, ...rest] = prepared.command.arguments;
  const child = spawn(program, rest, { cwd: folder });
  child.stdin.on('error', () => undefined).end(prepared.command.input);
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 255));
  });
  const [status, stdout, stderr] = await Promise.all([ended, buffer(child.stdout), buffer(child.stderr)]);
  return prepared.read({ end: { kind: 'exited', status }, stdout, stderr, missing: { stdout: 0, stderr: 0 } }).output;
}
