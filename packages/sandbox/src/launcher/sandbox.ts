import { ClawholdError, limits } from '@clawhold/spec';
import type { Attestation } from '../attestation.ts';
import type { Command, CommandResult, RunningCommand } from '../command.ts';
import type { AcceptedConnection, Holder } from '../holder.ts';
import type {
  RefusedDatagram,
  RenewedView,
  Sandbox,
  SandboxEnd,
  SandboxListener,
  SandboxRequest,
  SandboxUsage,
} from '../sandbox.ts';
import type { LauncherConnection } from './connection.ts';
import { FrameWriter } from './frame-writer.ts';
import { ipv4Number } from './ipv4-number.ts';
import { KeptOutput } from './kept-output.ts';
import type { LauncherListener } from './listener.ts';
import { readHolders } from './read-holders.ts';
import { RunningProcess } from './running-process.ts';
import { taskAccessNumber, writeLayers } from './start-request.ts';
import { reportTypes, requestTypes } from './wire.ts';

const states = ['starting', 'running', 'freezing', 'frozen', 'ending'] as const;

/** The launcher looks no longer than a second of processor time. */
const holdersMilliseconds = 3_000;

/** What the driver knows of a sandbox when its start was reported. */
export interface StartedSandbox {
  readonly connection: LauncherConnection;
  /** Its name in the launcher's frames. */
  readonly number: number;
  readonly request: SandboxRequest;
  readonly hostId: number;
  readonly attestation: Attestation;
  readonly listeners: readonly LauncherListener[];
  readonly closed: Promise<SandboxEnd>;
  readonly refused: RefusedDatagrams;
}

/** Whoever is told of the datagrams of one sandbox that were refused; at first nobody. */
export interface RefusedDatagrams {
  tell: (datagram: RefusedDatagram) => void;
}

export class LauncherSandbox implements Sandbox {
  readonly #started: StartedSandbox;
  readonly id: string;
  readonly attestation: Attestation;
  readonly closed: Promise<SandboxEnd>;

  constructor(started: StartedSandbox) {
    this.#started = started;
    this.id = started.request.id;
    this.attestation = started.attestation;
    this.closed = started.closed.then((end) => {
      for (const listener of started.listeners) listener.close();
      return end;
    });
  }

  onRefused(tell: (datagram: RefusedDatagram) => void): void {
    this.#started.refused.tell = tell;
  }

  listener(name: string): SandboxListener {
    const found = this.#started.listeners.find((listener) => listener.name === name);
    if (found === undefined)
      throw new ClawholdError('input_listener_unknown', `The sandbox has no listener named "${name}".`);
    return found;
  }

  execute(command: Command): RunningCommand {
    const { connection, number, request } = this.#started;
    const environment = Object.entries({ ...request.environment, ...command.environment });
    const fields = new FrameWriter();
    fields
      .u32(number)
      .u64(command.outputLimitBytes ?? 0)
      .u64(Math.ceil(command.timeoutMilliseconds ?? 0));
    fields.text(command.folder ?? '/task');
    fields.list(command.arguments, (argument) => fields.text(argument));
    fields.list(environment, ([name, value]) => fields.text(`${name}=${value}`));
    const running = new RunningProcess(connection, { type: requestTypes.execute, fields });
    // A program that does not read its input must not make anybody wait for that.
    if (command.input !== undefined) void running.write(command.input);
    if (command.interactive !== true) running.closeInput();
    return running;
  }

  async run(command: Command): Promise<CommandResult> {
    const keepBytes = command.keepBytes ?? limits.commandOutputBytes;
    const kept = { stdout: new KeptOutput(keepBytes), stderr: new KeptOutput(keepBytes) };
    const running = this.execute(command);
    for await (const { stream, bytes } of running) kept[stream].push(bytes);
    return {
      end: await running.end,
      stdout: kept.stdout.bytes(),
      stderr: kept.stderr.bytes(),
      missing: { stdout: kept.stdout.missing, stderr: kept.stderr.missing },
    };
  }

  freeze(): Promise<void> {
    return this.#request(requestTypes.freeze);
  }

  thaw(): Promise<void> {
    return this.#request(requestTypes.thaw);
  }

  renew(view: RenewedView): Promise<void> {
    const { connection, number, request, hostId } = this.#started;
    const fields = new FrameWriter().u32(number).u32(hostId).text(request.taskFolder).text(request.storage);
    writeLayers(fields, view);
    fields.u32(taskAccessNumber(request.files)).text(view.seal ?? '');
    return connection.request(requestTypes.renew, fields, reportTypes.done, () => undefined);
  }

  usage(): Promise<SandboxUsage> {
    const fields = new FrameWriter().u32(this.#started.number);
    return this.#started.connection.request(requestTypes.inspect, fields, reportTypes.inspected, (answer) => ({
      state: states[answer.u8()] ?? 'ending',
      memoryBytes: answer.u64() || undefined,
      processes: answer.u64() || undefined,
    }));
  }

  async holders(connection: AcceptedConnection): Promise<readonly Holder[]> {
    const fields = new FrameWriter().u32(this.#started.number);
    // The program's side of it: what is local here is remote there.
    fields.u32(ipv4Number(connection.remoteAddress)).u32(ipv4Number(connection.localAddress));
    fields.u32(connection.remotePort).u32(connection.localPort);
    fields.u64(holdersMilliseconds);
    const running = new RunningProcess(this.#started.connection, { type: requestTypes.caller, fields });
    const pieces: Uint8Array[] = [];
    for await (const { bytes } of running) pieces.push(bytes);
    const end = await running.end;
    // Who was not found in time, or not all, is not known.
    return end.kind === 'exited' && end.status === 0 ? readHolders(Buffer.concat(pieces)) : [];
  }

  async kill(): Promise<void> {
    // A launcher that is gone has taken the sandbox along.
    await this.#request(requestTypes.kill).catch(() => undefined);
    await this.closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }

  #request(type: number): Promise<void> {
    const fields = new FrameWriter().u32(this.#started.number);
    return this.#started.connection.request(type, fields, reportTypes.done, () => undefined);
  }
}
