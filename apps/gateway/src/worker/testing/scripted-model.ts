import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** One message of a request on the OpenAI chat wire, as far as scripts look at it. */
export interface WireMessage {
  readonly role: string;
  readonly content?: string | null;
  readonly tool_call_id?: string;
  readonly tool_calls?: readonly { readonly function: { readonly name: string; readonly arguments: string } }[];
}

export interface WireRequest {
  readonly model: string;
  readonly messages: readonly WireMessage[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
}

export interface Answer {
  readonly text?: string;
  readonly calls?: readonly { readonly tool: string; readonly arguments: unknown }[];
}

/** Decides on an answer from the conversation alone, so that a repeated request gets the same one. */
export type Script = (request: WireRequest) => Answer | Promise<Answer>;

/** How many turns of the assistant the conversation holds: the place in a script. */
export function turnsSoFar({ messages }: WireRequest): number {
  return messages.filter(({ role }) => role === 'assistant').length;
}

/** Plays one answer after the other. */
export function inOrder(...answers: readonly Answer[]): Script {
  return (request) => answers[turnsSoFar(request)] ?? { text: 'The script is over.' };
}

/** Serves a script as `POST …/chat/completions` with `stream: true` (OpenAI API reference, "Chat completion chunk"). */
export async function serveScript(script: Script, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const wanted = JSON.parse(await text(request)) as WireRequest;
  const answer = await script(wanted);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (delta: object, finish: string | null = null): void => {
    const choices = [{ index: 0, delta, finish_reason: finish }];
    response.write(
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 0, model: 'm', choices })}\n\n`,
    );
  };
  if (answer.text !== undefined) send({ role: 'assistant', content: answer.text });
  answer.calls?.forEach(({ tool, arguments: values }, index) => {
    const call = { name: tool, arguments: typeof values === 'string' ? values : JSON.stringify(values) };
    const id = `call_${turnsSoFar(wanted)}_${index}`;
    send({ role: 'assistant', tool_calls: [{ index, id, type: 'function', function: call }] });
  });
  send({}, answer.calls === undefined ? 'stop' : 'tool_calls');
  const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };
  response.write(
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 0, model: 'm', choices: [], usage })}\n\n`,
  );
  response.end('data: [DONE]\n\n');
}
