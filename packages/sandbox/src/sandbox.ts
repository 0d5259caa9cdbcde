import type { Socket as DatagramSocket } from 'node:dgram';
import type { Server } from 'node:net';
import type { SandboxFiles, SystemCallProfile } from '@clawhold/spec';
import type { Attestation } from './attestation.ts';
import type { Command, CommandResult, RunningCommand } from './command.ts';
import type { AcceptedConnection, Holder } from './holder.ts';
import type { ViewLayers } from './tree/index.ts';

/** What a sandbox may use of the machine. */
export interface SandboxLimits {
  /** Bytes of all its processes together where a cgroup can hold that, of each process otherwise. */
  readonly memoryBytes: number;
  /** Processes and threads; beyond it `fork` fails with EAGAIN. */
  readonly processes: number;
  /** Descriptors of one process. */
  readonly openFiles: number;
  /** Bytes of one file. Default: no limit. */
  readonly fileBytes?: number;
  /** Bytes of /tmp, and of /dev/shm. */
  readonly temporaryBytes: number;
  /** Processors at a time, also a part of one; beyond it programs wait. Default: all. Where a cgroup can hold it. */
  readonly processors?: number;
  /** To and from each disk that its files lie on; beyond it programs wait. Default: no limit. Where a cgroup can hold it. */
  readonly diskBytesPerSecond?: number;
  /** It ends after this long, whatever it does and whether or not the supervisor still works. Default: no limit. */
  readonly lifetimeSeconds?: number;
}

/**
 * - `stream`: TCP.
 * - `datagram`: UDP.
 * - `capture`: TCP to any port of {@link capturedAddresses}; there is one, at {@link captureListener}.
 */
export const transports = ['stream', 'datagram', 'capture'] as const;
type Transport = (typeof transports)[number];

/** A listener inside the sandbox's network, served by the supervisor. */
export interface ListenerRequest {
  readonly name: string;
  /** IPv4. `0.0.0.0` takes every address in the world: inside a sandbox all of them are local. */
  readonly address: string;
  readonly port: number;
  /** Default: `stream`. */
  readonly transport?: Transport;
}

/** Everything a sandbox is made of. */
export interface SandboxRequest {
  readonly id: string;
  /** What programs in it take for the name of the machine; what no host name can have becomes a hyphen. Default: the id. */
  readonly hostName?: string | undefined;
  /** From 0; one per running sandbox. Chooses its host id from the driver's reserved range. */
  readonly slot: number;
  /** The person's folder: real, absolute path. Appears at `/task`, copy-on-write; nothing is ever written into it. */
  readonly taskFolder: string;
  /** A folder for this run alone: real, absolute path. What the agent writes lands in `<storage>/view/upper`. */
  readonly storage: string;
  /** Closed layers of changes below it. Default: none. */
  readonly layers?: ViewLayers;
  readonly listeners: readonly ListenerRequest[];
  /** `node`: an executable (appears at `/opt/node/bin/node`) or an installation's folder (at `/opt/node`). */
  readonly runtime: { readonly node: string };
  /** Files and folders of the host to show, read-only; targets lie below `/opt`. */
  readonly readOnly: readonly { readonly source: string; readonly target: string }[];
  /** Given to every command; a command's own variables win. */
  readonly environment: Readonly<Record<string, string>>;
  /** Name to IPv4 address, beside `localhost`. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly limits: SandboxLimits;
  /** What its programs may ask of the kernel beside the base. Default: nothing. */
  readonly systemCalls?: readonly SystemCallProfile[];
  /** What it sees of the machine's files. Default: `ordinaryFiles`. */
  readonly files?: SandboxFiles;
  /** Folders of the platform, by every path that they have: a path that meets one is refused. Default: the storage only. */
  readonly guardedFolders?: readonly string[];
  /** Unix sockets of the host (of supervisor, gateway, database) that the self-test tries to reach. */
  readonly forbiddenSockets: readonly string[];
}

/** A listener that was made inside the sandbox. Connections wait in the kernel until somebody attaches. */
export interface SandboxListener {
  readonly name: string;
  /**
   * Lets `server` accept the connections: any `net.Server`, `http.Server` and so on that is not listening yet, or for a
   * datagram listener a socket that is not bound yet. Once.
   *
   * @throws ClawholdError `state_listener_attached` the second time.
   */
  attach(server: Server | DatagramSocket): void;
}

export const endReasons = ['other', 'drift', 'time'] as const;

/** How a sandbox ended: a short sentence for logs and people. */
export interface SandboxEnd {
  readonly cause: string;
  /**
   * - `drift`: something that its attestation says was changed from outside, and the cause says what.
   * - `time`: it had lived for {@link SandboxLimits.lifetimeSeconds}.
   */
  readonly reason: (typeof endReasons)[number];
}

/** What an inspection finds; a number that the machine does not count is `undefined`. */
export interface SandboxUsage {
  readonly state: 'starting' | 'running' | 'freezing' | 'frozen' | 'ending';
  readonly memoryBytes: number | undefined;
  readonly processes: number | undefined;
}

/** Destinations that one sandbox is told of ({@link Sandbox.onRefused}): more than anybody wants to read. */
export const mostRefused = 32;

/** A datagram that a program sent where the sandbox's network leads nowhere. The kernel refused it at once (ICMP). */
export interface RefusedDatagram {
  /** IPv4. */
  readonly address: string;
  readonly port: number;
}

/** What the task folder of a sandbox is mounted on from now on. */
export interface RenewedView extends ViewLayers {
  /** The name of the layer that what was written so far becomes; it is one of `names` or it is not. */
  readonly seal: string | null;
}

/** A running sandbox. */
export interface Sandbox extends AsyncDisposable {
  readonly id: string;
  readonly attestation: Attestation;
  /** Settles when the sandbox has ended, for whatever reason; never rejects. */
  readonly closed: Promise<SandboxEnd>;

  /**
   * Tells of refused datagrams, of each address and port once, and of {@link mostRefused} at most. Nothing comes where the
   * kernel does not tell (nftables without `log`). One listener; what came before it is not kept.
   */
  onRefused(tell: (datagram: RefusedDatagram) => void): void;

  /** @throws ClawholdError `input_listener_unknown` */
  listener(name: string): SandboxListener;

  /** Starts a command. Its output must be taken: see {@link RunningCommand}. */
  execute(command: Command): RunningCommand;

  /** Runs a command to its end and keeps its output, cut in the middle beyond the command's `keepBytes`. */
  run(command: Command): Promise<CommandResult>;

  /** Stops every process of the sandbox; settles when all of them stand still. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;

  /**
   * Mounts the task folder anew, on these layers, while no program runs; programs that are started later see nothing else
   * of it. What was written before becomes a layer of the pool first when `seal` names one, and must be none otherwise.
   *
   * @throws ClawholdError `sandbox_programs_running` while any program runs, and nothing is changed. Whatever else fails
   *   ends the sandbox, and its files are whole.
   */
  renew(view: RenewedView): Promise<void>;
  usage(): Promise<SandboxUsage>;

  /**
   * The processes that hold the other end of a connection to one of its listeners, at this moment; none when they are
   * gone. One question at a time: of several at once some may find nobody.
   */
  holders(connection: AcceptedConnection): Promise<readonly Holder[]>;

  /** Ends every process; settles when nothing of it is left but the files in storage. Harmless when it already ended. */
  kill(): Promise<void>;
}
