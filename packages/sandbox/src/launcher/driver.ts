import { ClawholdError, type SandboxDriverName, sandboxDrivers } from '@clawhold/spec';
import type { DriverAbilities, JobResult, SandboxDriver } from '../driver.ts';

import { endReasons, type Sandbox, type SandboxEnd, type SandboxRequest } from '../sandbox.ts';
import type { LauncherChannels } from './channels.ts';
import { LauncherConnection, type LauncherHello, readFailure } from './connection.ts';
import type { FieldReader } from './frame-reader.ts';
import { FrameWriter } from './frame-writer.ts';
import { HandleDesk } from './handle-desk.ts';
import { LauncherListener } from './listener.ts';
import { readAttestation } from './read-attestation.ts';
import { RunningProcess } from './running-process.ts';
import { LauncherSandbox, type RefusedDatagrams } from './sandbox.ts';
import { writeStartRequest } from './start-request.ts';
import type { Visitor, Visitors } from './visitors.ts';
import { reportTypes, requestTypes } from './wire.ts';

/** Host ids of sandboxes begin here: far from accounts, and outside of the ranges that `useradd` gives to users. */
export const defaultFirstHostId: number = 700_000;

/** The status of a job that was killed, or could not be forked, before it could say anything. */
const killedStatus = 137;

export interface LauncherOptions {
  /** First id of the reserved range; a sandbox has this plus its slot. Default: {@link defaultFirstHostId}. */
  readonly firstHostId?: number;
  /** Only for an engine that the launcher does not start itself. */
  readonly visitors?: Visitors;
}

/** The driver of `native/launcher`, with whatever engine it was started. Make it with `attachLauncher` or `spawnLauncher`. */
export class LauncherDriver implements SandboxDriver {
  readonly #connection: LauncherConnection;
  readonly #desk = new HandleDesk();
  readonly #firstHostId: number;
  readonly #visitors: Visitors | undefined;
  readonly name: SandboxDriverName;
  readonly abilities: DriverAbilities;
  /** What the launcher said about itself and this kernel. */
  readonly hello: LauncherHello;
  readonly closed: Promise<void>;

  private constructor(
    channels: LauncherChannels,
    connection: LauncherConnection,
    hello: LauncherHello,
    options: LauncherOptions,
  ) {
    this.#connection = connection;
    this.hello = hello;
    this.name = hello.engine;
    this.abilities = sandboxDrivers[hello.engine];
    this.closed = connection.closed;
    this.#firstHostId = options.firstHostId ?? defaultFirstHostId;
    this.#visitors = options.visitors;
    channels.onHandle((message) => this.#desk.receive(message));
  }

  /** @throws ClawholdError `sandbox_launcher_gone` when the launcher ended before it said anything. */
  static async connect(
    channels: LauncherChannels,
    options: LauncherOptions,
    inCluster?: () => Visitors,
  ): Promise<LauncherDriver> {
    const connection = new LauncherConnection(channels);
    const hello = await connection.hello();
    const visitors = options.visitors ?? (hello.engine === 'kubernetes' ? inCluster?.() : undefined);
    return new LauncherDriver(channels, connection, hello, visitors === undefined ? options : { ...options, visitors });
  }

  async start(request: SandboxRequest): Promise<Sandbox> {
    const visitor = await this.#visitors?.take(request.id);
    const fields = writeStartRequest(request, this.#firstHostId, visitor?.name);
    const ended = Promise.withResolvers<SandboxEnd>();
    const refused: RefusedDatagrams = { tell: () => undefined };
    const { number, started } = this.#request(fields, ended.resolve, refused);
    if (visitor !== undefined) this.#accompany(visitor, number, ended.promise, started);
    try {
      const attestation = readAttestation(this.name, await started);
      const handles = await this.#desk.collect(number, request.listeners.length);
      const listeners = handles.map(
        (handle, index) => new LauncherListener(request.listeners[index]?.name ?? '', handle),
      );
      return new LauncherSandbox({
        connection: this.#connection,
        number,
        request,
        hostId: this.#firstHostId + request.slot,
        attestation,
        listeners,
        closed: ended.promise,
        refused,
      });
    } catch (error) {
      this.#desk.close(number);
      throw error;
    }
  }

  /** A sandbox ends with its container, and gives it back when it ends. */
  #accompany(visitor: Visitor, number: number, ended: Promise<SandboxEnd>, started: Promise<unknown>): void {
    const over = Promise.race([
      ended,
      started.then(
        () => ended,
        () => undefined,
      ),
    ]);
    void over.then(() => visitor.release());
    const kill = (): Promise<void> =>
      this.#connection.request(requestTypes.kill, new FrameWriter().u32(number), reportTypes.done, () => undefined);
    void visitor.gone.then(kill).catch(() => undefined);
  }

  async job(argv: string[], stdin?: Uint8Array): Promise<JobResult> {
    // No limit here: a job that is killed in the middle of a keep would never be done. Each bounds what it says itself.
    const fields = new FrameWriter().u64(0);
    fields.list(argv, (argument) => fields.text(argument));
    const running = new RunningProcess(this.#connection, { type: requestTypes.job, fields });
    if (stdin !== undefined) void running.write(stdin);
    running.closeInput();
    const output: { readonly stdout: Uint8Array[]; readonly stderr: Uint8Array[] } = { stdout: [], stderr: [] };
    for await (const { stream, bytes } of running) output[stream].push(bytes);
    const end = await running.end;
    const status = end.kind === 'exited' ? end.status : killedStatus;
    return { status, stdout: Buffer.concat(output.stdout), stderr: Buffer.concat(output.stderr).toString() };
  }

  async close(): Promise<void> {
    this.#connection.close();
    await this.closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** One receiver for the whole life of a sandbox: its start or the refusal, what it tells, then its end. */
  #request(
    fields: FrameWriter,
    ended: (end: SandboxEnd) => void,
    refused: RefusedDatagrams,
  ): { number: number; started: Promise<FieldReader> } {
    const { promise, resolve, reject } = Promise.withResolvers<FieldReader>();
    const number = this.#connection.register({
      receive: (frame) => {
        if (frame.type === reportTypes.started) resolve(frame.fields);
        else if (frame.type === reportTypes.failed) reject(readFailure(frame.fields));
        else if (frame.type === reportTypes.refused)
          refused.tell({ address: frame.fields.text(), port: frame.fields.u32() });
        else if (frame.type === reportTypes.ended) {
          this.#connection.release(number);
          this.#desk.close(number);
          const cause = frame.fields.text();
          ended({ cause, reason: endReasons[frame.fields.u8()] ?? 'other' });
          // Without effect after a start that was reported.
          reject(new ClawholdError('sandbox_setup_failed', `The sandbox ended while it was being built: ${cause}.`));
        }
      },
      abandon: (error) => {
        reject(error);
        this.#desk.close(number);
        ended({ cause: error.message, reason: 'other' });
      },
    });
    this.#desk.open(number);
    this.#connection.send(requestTypes.start, number, fields);
    return { number, started: promise };
  }
}
