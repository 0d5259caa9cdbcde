import { type ConversationWire, talkCommand, type WireEvent } from '@clawhold/harness';
import type { RunningCommand, Sandbox } from '@clawhold/sandbox';
import { LineTooLong, programLines } from '../programs/program-lines.ts';

/** Bytes of one message of what thinks there. */
export const longestMessage = 16 * 1024 ** 2;

/** Starts what carries messages, one a line, to a port where an agent thinks and back. */
export function callPort(sandbox: Pick<Sandbox, 'execute'>, port: number): RunningCommand {
  return sandbox.execute({
    arguments: [...talkCommand, String(port)],
    interactive: true,
    // What it calls is where it runs itself.
    environment: { NODE_USE_ENV_PROXY: '0' },
  });
}

/** The messages between the platform and an agent. Nothing but this process holds their other end. */
export class WireLink {
  readonly #program: RunningCommand;
  readonly #wire: ConversationWire;
  readonly #complain: ((bytes: Uint8Array) => void) | undefined;

  /**
   * @param program speaks in lines, and ends with the link.
   * @param complain hears what it prints of its errors.
   */
  constructor(program: RunningCommand, wire: ConversationWire, complain?: (bytes: Uint8Array) => void) {
    this.#program = program;
    this.#wire = wire;
    this.#complain = complain;
  }

  /** To a port where an agent thinks. */
  static toPort(sandbox: Pick<Sandbox, 'execute'>, port: number, wire: ConversationWire): WireLink {
    return new WireLink(callPort(sandbox, port), wire);
  }

  /** Settles when it was taken, or nobody takes anything more: then the events end too. */
  send(message: string): Promise<void> {
    return this.#program.write(`${message}\n`);
  }

  /** What it tells, until it ends. */
  async *events(): AsyncGenerator<WireEvent> {
    try {
      const { hello } = this.#wire;
      if (hello !== undefined) await this.send(hello);
      for await (const line of programLines(this.#program, longestMessage, this.#complain))
        yield* this.#wire.read(line);
    } catch (error) {
      if (!(error instanceof LineTooLong)) throw error;
    } finally {
      this.#program.kill();
    }
  }
}
