import type { CommandOutput, RunningCommand } from '@clawhold/sandbox';
import { limits } from '@clawhold/spec';
import { LineTooLong, programLines } from '../programs/program-lines.ts';
import { startWorkClock } from '../programs/work-clock.ts';
import { failureOf, type McpAnswer, type McpMessage, readMcpMessage } from './mcp-message.ts';

/** Answers that are still owed to nobody: their calls were given up. More are forgotten, and then nobody asked. */
const mostGivenUp = 1_000;
/** JSON-RPC 2.0, section 5.1: there is no such method. */
const methodNotFound = -32_601;

const tooMuch = 'It sent too much that nobody asked for.';

/**
 * An MCP server on the other side of a program's standard input and output, whose bytes are hostile. Every request gets a
 * number of ours, so no answer reaches anybody but who asked. A line that is too long or no message, an answer that nobody
 * waits for, or more unasked messages than anybody needs ends it.
 */
export class StdioServer {
  readonly #program: RunningCommand;
  readonly #isStill: () => boolean;
  readonly #waiting = new Map<number, (answer: McpAnswer) => void>();
  readonly #givenUp = new Set<number>();
  readonly #ended = Promise.withResolvers<string>();
  #next = 1;
  #unasked = 0;
  /** Bytes of its standard error since its last answer. */
  #errors = 0;
  #unsent = 0;
  #end: string | undefined;
  /** Settles with one sentence about why it is no more; never rejects. */
  readonly ended: Promise<string> = this.#ended.promise;

  /** @param isStill whether a person is asked: then its time does not count. */
  constructor(program: RunningCommand, isStill: () => boolean) {
    this.#program = program;
    this.#isStill = isStill;
    void this.#listen();
  }

  /** Asks it; never rejects. @param signal who asked is gone. */
  ask(method: string, params: unknown, signal?: AbortSignal): Promise<McpAnswer> {
    if (this.#end !== undefined) return Promise.resolve(failureOf(this.#end));
    if (this.#waiting.size >= limits.mcpCalls)
      return Promise.resolve(failureOf(`It has ${limits.mcpCalls} calls already; wait for one of them.`));
    const id = this.#next++;
    const { promise, resolve } = Promise.withResolvers<McpAnswer>();
    this.#waiting.set(id, resolve);
    const giveUp = (why: string): void => {
      if (!this.#waiting.delete(id)) return;
      this.#givenUp.add(id);
      if (this.#givenUp.size > mostGivenUp) this.#givenUp.delete(this.#givenUp.values().next().value ?? 0);
      this.tell('notifications/cancelled', { requestId: id, reason: why });
      resolve(failureOf(why));
    };
    const onGone = (): void => giveUp('Whoever asked is gone.');
    signal?.addEventListener('abort', onGone, { once: true });
    const clock = startWorkClock(limits.mcpCallSeconds, this.#isStill, () => giveUp('It did not answer in time.'));
    this.#send({ id, method, ...(params === undefined ? {} : { params }) });
    return promise.finally(() => {
      clock[Symbol.dispose]();
      signal?.removeEventListener('abort', onGone);
    });
  }

  /** Tells it something that has no answer. */
  tell(method: string, params?: object): void {
    this.#send({ method, ...(params === undefined ? {} : { params }) });
  }

  #send(message: object): void {
    if (this.#end === undefined) void this.#write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  async #write(line: string): Promise<void> {
    this.#unsent += line.length;
    // One that reads nothing would have all of it in our memory.
    if (this.#unsent > limits.mcpCalls * limits.mcpMessageBytes) this.#fail('It does not read what it is sent.');
    else await this.#program.write(line);
    this.#unsent -= line.length;
  }

  async #listen(): Promise<void> {
    try {
      for await (const line of programLines(this.#output(), limits.mcpMessageBytes)) {
        if (line.trim() === '') this.#onUnasked();
        else this.#take(readMcpMessage(line));
        if (this.#end !== undefined) return;
      }
      const end = await this.#program.end;
      this.#fail(end.kind === 'not-run' ? `Its program could not be started (${end.error}).` : 'It ended.');
    } catch (error) {
      this.#fail(error instanceof LineTooLong ? 'It sent a message that is too long.' : 'Its sandbox ended.');
    }
  }

  /** Its errors are for nobody, but whoever writes without end keeps us reading. */
  async *#output(): AsyncGenerator<CommandOutput> {
    for await (const piece of this.#program) {
      if (piece.stream === 'stderr') this.#errors += piece.bytes.length;
      if (this.#errors > limits.mcpMessageBytes) this.#fail(tooMuch);
      if (this.#end !== undefined) return;
      yield piece;
    }
  }

  #take(message: McpMessage): void {
    switch (message.kind) {
      case 'answer':
        this.#onAnswer(message.id, message.answer);
        break;
      case 'request':
        this.#onUnasked();
        // Models, people and folders are the platform's to give, and this is no way to ask for them.
        this.#send(
          message.method === 'ping'
            ? { id: message.id, result: {} }
            : { id: message.id, error: { code: methodNotFound, message: 'Nobody answers that here.' } },
        );
        break;
      case 'notification':
        this.#onUnasked();
        break;
      case 'none':
        this.#fail('It sent what is no message.');
        break;
      default:
        message satisfies never;
    }
  }

  #onAnswer(id: unknown, answer: McpAnswer): void {
    const waiting = typeof id === 'number' ? this.#waiting.get(id) : undefined;
    if (typeof id === 'number' && waiting !== undefined) {
      this.#waiting.delete(id);
      [this.#unasked, this.#errors] = [0, 0];
      waiting(answer);
    } else if (typeof id !== 'number' || !this.#givenUp.delete(id)) this.#fail('It answered what nobody asked.');
  }

  #onUnasked(): void {
    this.#unasked += 1;
    if (this.#unasked > limits.mcpUnaskedMessages) this.#fail(tooMuch);
  }

  #fail(why: string): void {
    if (this.#end !== undefined) return;
    this.#end = why;
    this.#program.kill();
    for (const answer of this.#waiting.values()) answer(failureOf(why));
    this.#waiting.clear();
    this.#ended.resolve(why);
  }
}
