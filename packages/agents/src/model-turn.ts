import { limits } from '@clawhold/spec';
import { wireName } from '@clawhold/tools';
import { jsonSchema, type LanguageModel, streamText, type ToolSet, tool } from 'ai';
import type { AgentTool } from './agent-tool.ts';
import { type CheckedCall, checkCall } from './check-call.ts';
import type { Conversation } from './conversation.ts';
import { loopLimits } from './loop-limits.ts';
import { toMessages } from './messages.ts';
import { describeModelFailure, type ModelFailure } from './model-failure.ts';

export interface ModelTurnRequest {
  readonly instructions: string;
  readonly conversation: Conversation;
  /** Offered to the model; none of them runs in here. */
  readonly tools: readonly AgentTool[];
  /** Ends the turn at once: out of time, or the run was stopped. */
  readonly signal: AbortSignal;
}

/** A call with the provider's id for it; ids are unique in their turn. */
export interface TurnCall extends CheckedCall {
  readonly id: string;
}

export type ModelTurn =
  | {
      readonly kind: 'answered';
      readonly text: string;
      readonly calls: readonly TurnCall[];
      readonly inputTokens: number;
      readonly outputTokens: number;
      /** The answer was longer than the model or the platform allows; calls in it may be missing. */
      readonly cut: boolean;
    }
  | ({ readonly kind: 'failed' } & ModelFailure);

/** What a turn needs of the world, so that tests decide about time and chance. */
export interface TurnEnvironment {
  /** Waits, and returns early when the signal ends it. */
  readonly delay: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  /** Hears all of the answer's text so far, whenever there is more; an empty one when a request is sent again. */
  readonly onText?: (text: string) => void;
}

/**
 * Asks a model for one turn and waits for its end. A request that failed for a passing reason is sent again, at most
 * `limits.modelAttempts` times in all: until the turn is over nobody has acted on any part of it.
 */
export async function runTurn(
  model: LanguageModel,
  request: ModelTurnRequest,
  environment: TurnEnvironment,
): Promise<ModelTurn> {
  for (let attempt = 1; ; attempt += 1) {
    environment.onText?.('');
    const turn = await attemptTurn(model, request, environment.onText);
    if (turn.kind === 'answered' || !turn.retryable || attempt >= limits.modelAttempts || request.signal.aborted)
      return turn;
    const ceiling = loopLimits.retryMilliseconds * 2 ** (attempt - 1);
    await environment.delay(ceiling * environment.random(), request.signal);
  }
}

async function attemptTurn(
  model: LanguageModel,
  request: ModelTurnRequest,
  onText: TurnEnvironment['onText'],
): Promise<ModelTurn> {
  const cut = new AbortController();
  const answer = new Answer();
  try {
    const { fullStream } = streamText({
      model,
      instructions: request.instructions,
      messages: toMessages(request.conversation),
      tools: describeTools(request.tools),
      maxRetries: 0,
      abortSignal: AbortSignal.any([request.signal, cut.signal]),
      // The stream carries every error to us; the default would print it, request included.
      onError: () => undefined,
    });
    for await (const part of fullStream) {
      answer.add(part);
      if (part.type === 'text-delta') onText?.(answer.text);
      if (answer.bytes > limits.modelAnswerBytes) cut.abort();
    }
  } catch (error) {
    answer.failure ??= error;
  }
  if (request.signal.aborted)
    return {
      kind: 'failed',
      message: 'The model did not answer in time.',
      hint: null,
      retryable: false,
      tooLong: false,
    };
  if (cut.signal.aborted) return answer.finish(request.tools, true);
  if (answer.failure !== undefined) return { kind: 'failed', ...describeModelFailure(answer.failure) };
  return answer.finish(request.tools, false);
}

type Part = { readonly type: string } & Readonly<Record<string, unknown>>;

/** Puts the parts of a stream together. */
class Answer {
  text = '';
  readonly #calls: { readonly id: string; readonly name: string; readonly input: string }[] = [];
  #inputTokens = 0;
  #outputTokens = 0;
  #tooLong = false;
  bytes = 0;
  failure: unknown;

  add(part: Part): void {
    switch (part.type) {
      case 'text-delta':
        this.text += String(part['text']);
        this.bytes += String(part['text']).length;
        break;
      case 'tool-input-delta':
      case 'reasoning-delta':
        this.bytes += String(part['delta'] ?? part['text'] ?? '').length;
        break;
      case 'tool-call':
        this.#calls.push({
          id: String(part['toolCallId']),
          name: String(part['toolName']),
          input: typeof part['input'] === 'string' ? part['input'] : JSON.stringify(part['input'] ?? {}),
        });
        break;
      case 'finish': {
        const usage = part['totalUsage'] as { inputTokens?: number; outputTokens?: number } | undefined; // AI SDK 7, TextStreamFinishPart
        this.#inputTokens = usage?.inputTokens ?? 0;
        this.#outputTokens = usage?.outputTokens ?? 0;
        this.#tooLong = part['finishReason'] === 'length';
        break;
      }
      case 'error':
        this.failure ??= part['error'];
        break;
    }
  }

  finish(tools: readonly AgentTool[], cut: boolean): ModelTurn {
    const seen = new Set<string>();
    const calls = this.#calls.map(({ id, name, input }, index) => {
      const unique = id === '' || seen.has(id) ? `call_${index}_${seen.size}` : id;
      seen.add(unique);
      return { id: unique, ...checkCall({ name, input }, tools) };
    });
    return {
      kind: 'answered',
      text: this.text,
      calls,
      inputTokens: this.#inputTokens,
      outputTokens: this.#outputTokens,
      cut: cut || this.#tooLong,
    };
  }
}

function describeTools(tools: readonly AgentTool[]): ToolSet {
  return Object.fromEntries(
    tools.map(({ name, description, parameters }) => [
      wireName(name),
      // Without `execute` the SDK hands every call to us and runs nothing.
      tool({ description, inputSchema: jsonSchema(parameters) }),
    ]),
  );
}
