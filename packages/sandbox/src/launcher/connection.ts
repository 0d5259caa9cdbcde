import { ClawholdError, type ErrorCode, isSandboxDriver, type SandboxDriverName } from '@clawhold/spec';
import type { LauncherChannels } from './channels.ts';
import { type FieldReader, type Frame, FrameReader, launcherBroken } from './frame-reader.ts';
import { FrameWriter } from './frame-writer.ts';
import { reportTypes } from './wire.ts';

/** Whoever waits for frames with a certain id. */
export interface FrameReceiver {
  receive(frame: Frame): void;
  /** The launcher is gone: no more frames will come. */
  abandon(error: ClawholdError): void;
}

/** What the launcher says about itself first. */
export interface LauncherHello {
  readonly version: number;
  readonly privileged: boolean;
  readonly landlock: number;
  readonly cgroupLayout: string;
  readonly process: number;
  /** Who makes the containers. */
  readonly engine: SandboxDriverName;
}

/** Frames out, frames in, each to the receiver of its id. */
export class LauncherConnection {
  readonly #channels: LauncherChannels;
  readonly #receivers = new Map<number, FrameReceiver>();
  #nextId = 1;
  #lost: ClawholdError | undefined;
  readonly closed: Promise<void>;

  constructor(channels: LauncherChannels) {
    this.#channels = channels;
    const reader = new FrameReader();
    channels.control.on('data', (chunk: Buffer) => {
      try {
        for (const frame of reader.push(chunk)) this.#receivers.get(frame.id)?.receive(frame);
      } catch (error) {
        this.#lose(error instanceof ClawholdError ? error : launcherGone(error));
      }
    });
    // The end of the stream, not its error, is what counts: it always comes.
    channels.control.on('error', () => undefined);
    channels.control.once('close', () => this.#lose(launcherGone()));
    this.closed = channels.gone.then(() => this.#lose(launcherGone()));
  }

  /** The launcher's first words. */
  hello(): Promise<LauncherHello> {
    return this.#expect(0, reportTypes.hello, (fields) => ({
      version: fields.u32(),
      privileged: fields.flag(),
      landlock: fields.u32(),
      cgroupLayout: fields.text(),
      process: fields.u32(),
      engine: readEngine(fields),
    }));
  }

  /** A fresh id with its receiver; give it back with {@link release}. */
  register(receiver: FrameReceiver): number {
    if (this.#lost !== undefined) throw this.#lost;
    const id = this.#nextId;
    this.#nextId = id === 0xffffffff ? 1 : id + 1;
    this.#receivers.set(id, receiver);
    return id;
  }

  release(id: number): void {
    this.#receivers.delete(id);
  }

  send(type: number, id: number, fields: FrameWriter = new FrameWriter()): void {
    if (this.#lost === undefined) this.#channels.control.write(fields.frame(type, id));
  }

  /** Sends a request and waits for its answer, which is of type `answer` or a refusal. */
  request<Answer>(
    type: number,
    fields: FrameWriter,
    answer: number,
    read: (fields: FieldReader) => Answer,
  ): Promise<Answer> {
    return this.#expect(undefined, answer, read, (id) => this.send(type, id, fields));
  }

  close(): void {
    this.#channels.close();
  }

  #expect<Answer>(
    fixedId: number | undefined,
    answer: number,
    read: (fields: FieldReader) => Answer,
    afterwards: (id: number) => void = () => undefined,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const receiver: FrameReceiver = {
        receive: (frame) => {
          this.release(frame.id);
          if (frame.type === answer) resolve(read(frame.fields));
          else reject(readFailure(frame.fields));
        },
        abandon: reject,
      };
      if (fixedId !== undefined) this.#receivers.set(fixedId, receiver);
      afterwards(fixedId ?? this.register(receiver));
    });
  }

  #lose(error: ClawholdError): void {
    if (this.#lost !== undefined) return;
    this.#lost = error;
    this.#channels.close();
    for (const receiver of this.#receivers.values()) receiver.abandon(error);
    this.#receivers.clear();
  }
}

function readEngine(fields: FieldReader): SandboxDriverName {
  const name = fields.text();
  if (!isSandboxDriver(name)) throw launcherBroken();
  return name;
}

/** A refusal in the launcher's own words. */
export function readFailure(fields: FieldReader): ClawholdError {
  const code = fields.text();
  const message = fields.text();
  // Every code of the launcher begins with "sandbox_": birth.c and control.c pass no other on.
  return new ClawholdError(code as ErrorCode, message, { hint: fields.text() });
}

function launcherGone(cause?: unknown): ClawholdError {
  return new ClawholdError('sandbox_launcher_gone', 'The launcher ended, and all sandboxes with it.', {
    hint: 'Start the platform again; files in storage are kept.',
    cause,
  });
}
