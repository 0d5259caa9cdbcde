import type { Conversation, Message, PastCall } from '../conversation.ts';
import type { Scenario } from './scenario.ts';

/** A result in the current task, with the scripted call that asked for it. */
export interface PlayedResult {
  /** `step.call` of the scenario; undefined when the call was not ours. */
  readonly call: ScriptedCall | undefined;
  /** As on the wire. */
  readonly tool: string;
  readonly text: string;
  readonly denied: boolean;
}

export interface ScriptedCall {
  readonly step: string;
  readonly name: string;
}

/** The part of a conversation that belongs to the current task, as a scenario looks at it. */
export interface Transcript {
  readonly task: string;
  /** The newest words of the user. */
  readonly prompt: string;
  readonly turns: number;
  readonly taken: ReadonlySet<string>;
  readonly results: readonly PlayedResult[];
  readonly tools: readonly string[];
}

/** How a tool is named on the wire, where only letters, digits, `_` and `-` are allowed. */
export function wireToolName(tool: string): string {
  return tool.replaceAll('.', '_');
}

/** Ids say which step made a call, so that the model needs no memory of its own. */
export function callId(step: string, name: string, position: string): string {
  return `rehearsal_${step}_${name}_${position}`;
}

function scriptedCall(id: string): ScriptedCall | undefined {
  const [, step, name] = /^rehearsal_([a-z0-9-]+)_([a-z0-9-]+)_/.exec(id) ?? [];
  return step === undefined || name === undefined ? undefined : { step, name };
}

export function readTranscript(conversation: Conversation, scenario: Scenario): Transcript {
  const messages = conversation.messages.slice(taskStart(conversation.messages, scenario));
  const words = messages.flatMap((message) => (message.role === 'user' ? [message.text] : []));
  const answers = messages.filter((message) => message.role === 'assistant');
  const calls = new Map(answers.flatMap((answer) => answer.calls.map((call): [string, PastCall] => [call.id, call])));
  const scripted = [...calls.keys()].flatMap((id) => scriptedCall(id) ?? []);
  return {
    task: words[0] ?? '',
    prompt: words.at(-1) ?? '',
    turns: answers.length,
    taken: new Set(scripted.map(({ step }) => step)),
    results: messages.flatMap((message) =>
      message.role === 'tool'
        ? [
            {
              call: scriptedCall(message.callId),
              tool: calls.get(message.callId)?.tool ?? '',
              text: message.text,
              denied: isRefusal(message.text),
            },
          ]
        : [],
    ),
    tools: conversation.tools,
  };
}

/** Where the current task begins: at the last message that fits the scenario, or after the last finished answer. */
function taskStart(messages: readonly Message[], scenario: Scenario): number {
  const begins = (message: Message, index: number): boolean => {
    if (message.role !== 'user') return false;
    if (scenario.task !== undefined) return scenario.task.test(message.text);
    const before = messages[index - 1];
    return before?.role === 'assistant' && before.calls.length === 0;
  };
  const start = messages.findLastIndex(begins);
  return start === -1
    ? Math.max(
        0,
        messages.findIndex((message) => message.role === 'user'),
      )
    : start;
}

/**
 * Whether a tool result is the platform's refusal: its JSON (spec, `refusalSchema`), plain or quoted in another
 * document, or the sentence that `http.fetch` makes of it.
 */
function isRefusal(text: string): boolean {
  return /\bpolicy_denied\b|^The policy refused\b/.test(text);
}
