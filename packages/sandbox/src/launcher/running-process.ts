import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';
import type { ClawholdError } from '@clawhold/spec';
import type { CommandEnd, CommandOutput, RunningCommand } from '../command.ts';
import { type FrameReceiver, type LauncherConnection, readFailure } from './connection.ts';
import type { FieldReader, Frame } from './frame-reader.ts';
import { FrameWriter } from './frame-writer.ts';
import { InputQueue } from './input-queue.ts';
import { OutputQueue } from './output-queue.ts';
import { reportTypes, requestTypes } from './wire.ts';

/** What starts the process: a request whose frame id becomes the process's name. */
export interface ProcessRequest {
  readonly type: number;
  readonly fields: FrameWriter;
}

/** A command in a sandbox, or a job of the launcher. */
export class RunningProcess implements RunningCommand, FrameReceiver {
  readonly #connection: LauncherConnection;
  readonly #id: number;
  readonly #output: OutputQueue;
  readonly #input: InputQueue;
  readonly #settle: { resolve(end: CommandEnd): void; reject(error: Error): void };
  readonly end: Promise<CommandEnd>;

  constructor(connection: LauncherConnection, request: ProcessRequest) {
    this.#connection = connection;
    const { promise, resolve, reject } = Promise.withResolvers<CommandEnd>();
    this.end = promise;
    this.#settle = { resolve, reject };
    // Who only iterates learns of a refusal there; an unobserved `end` must not end the supervisor.
    promise.catch(() => undefined);
    this.#id = connection.register(this);
    this.#output = new OutputQueue((bytes) =>
      connection.send(requestTypes.credit, this.#id, new FrameWriter().u32(bytes)),
    );
    this.#input = new InputQueue((bytes) =>
      connection.send(requestTypes.input, this.#id, new FrameWriter().bytes(bytes)),
    );
    connection.send(request.type, this.#id, request.fields);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<CommandOutput> {
    yield* this.#output;
    await this.end;
  }

  write(bytes: Uint8Array | string): Promise<void> {
    return this.#input.write(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
  }

  closeInput(): void {
    this.#input.close();
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.#connection.send(requestTypes.signal, this.#id, new FrameWriter().u32(constants.signals[signal]));
  }

  receive(frame: Frame): void {
    switch (frame.type) {
      case reportTypes.output:
        this.#output.push({ stream: frame.fields.u8() === 0 ? 'stdout' : 'stderr', bytes: frame.fields.bytes() });
        break;
      case reportTypes.inputCredit:
        this.#input.credit(frame.fields.u32());
        break;
      case reportTypes.exited:
        this.#settle.resolve(this.#readEnd(frame.fields));
        this.#finish();
        break;
      case reportTypes.failed:
        this.abandon(readFailure(frame.fields));
        break;
    }
  }

  abandon(error: ClawholdError): void {
    this.#settle.reject(error);
    this.#finish();
  }

  #finish(): void {
    this.#connection.release(this.#id);
    this.#input.end();
    this.#output.end();
  }

  /** A wait status as `waitpid` gives it: exit status in the second byte, or a signal in the lowest seven bits. */
  #readEnd(fields: FieldReader): CommandEnd {
    const status = fields.u32();
    const failure = fields.u32();
    const [limited, late] = [fields.flag(), fields.flag()];
    if (failure !== 0) return { kind: 'not-run', error: getSystemErrorName(-failure) };
    const number = status & 0x7f;
    if (number === 0) return { kind: 'exited', status: (status >> 8) & 0xff };
    return {
      kind: 'killed',
      signal: signalName(number),
      reason: limited ? 'output-limit' : late ? 'timeout' : undefined,
    };
  }
}

function signalName(number: number): NodeJS.Signals | number {
  // The keys of that table are the names of signals.
  for (const [name, value] of Object.entries(constants.signals)) if (value === number) return name as NodeJS.Signals;
  return number;
}
