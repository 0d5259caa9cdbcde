import type { Duplex } from 'node:stream';

/** A listener's native handle with the numbers that say whose it is. */
export interface HandleMessage {
  readonly sandbox: number;
  readonly listener: number;
  readonly handle: NativeHandle;
}

/** A listening socket as libuv holds it: `net.Server.listen` takes it. Node does not document its type. */
export interface NativeHandle {
  close(): void;
}

/** The two ways between this process and its launcher, whichever of the two started the other. */
export interface LauncherChannels {
  /** Frames: see `wire.ts`. */
  readonly control: Duplex;
  /** Called for each handle, before or after the frame that mentions its sandbox. */
  onHandle(receive: (message: HandleMessage) => void): void;
  /** Settles when the launcher is gone. */
  readonly gone: Promise<void>;
  /** Closes both ways; the launcher then ends every sandbox and itself. */
  close(): void;
}

/** Checks what came over Node's channel between processes. */
export function readHandleMessage(message: unknown, handle: unknown): HandleMessage | undefined {
  if (typeof message !== 'object' || message === null || typeof handle !== 'object' || handle === null)
    return undefined;
  if (!('sandbox' in message && 'listener' in message && 'close' in handle)) return undefined;
  const { sandbox, listener } = message;
  if (typeof sandbox !== 'number' || typeof listener !== 'number' || typeof handle.close !== 'function')
    return undefined;
  // Just checked: it can be closed, which is all that we do with it besides giving it to a server.
  return { sandbox, listener, handle: handle as NativeHandle };
}
