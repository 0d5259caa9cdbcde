import type { Socket } from 'node:net';
import type { Caller } from '@clawhold/spec';
import type { EgressHooks, Identity } from '../hooks.ts';
import { type Soon, whenThere } from '../wire/soon.ts';

/** A connection of a sandbox, seen from the side that accepted it. */
export interface Connection {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
}

/** The program at the other end of a connection. */
export interface CallingProgram {
  /** Absolute path inside the sandbox. */
  readonly executable: string;
  readonly ancestors: readonly string[];
}

/**
 * Whose a connection is. The program behind it is looked up when a rule first depends on it, once, and before anything
 * of the request leaves.
 */
export function identityOf(hooks: EgressHooks, sandbox: Identity, socket: Socket): Identity {
  // Gone once the socket is closed.
  const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = socket;
  const connection: Connection = { localAddress, localPort, remoteAddress, remotePort };
  let program: Promise<CallingProgram | undefined> | undefined;
  return {
    ...sandbox,
    program: () => {
      program ??= findProgram(hooks, sandbox, connection);
      return program;
    },
  };
}

async function findProgram(
  hooks: EgressHooks,
  sandbox: Identity,
  connection: Connection,
): Promise<CallingProgram | undefined> {
  try {
    return await hooks.programOf(sandbox, connection);
  } catch {
    // Nobody known: rules for certain programs open nothing.
    return undefined;
  }
}

/** Who asks about a host, as a question names them; with the program when a rule about that host is for certain ones. */
export function callerOf(hooks: EgressHooks, identity: Identity, host: string, port: number): Soon<Caller> {
  const { agent, run, sandbox } = identity;
  const program = hooks.needsProgram(identity, host, port) ? identity.program?.() : undefined;
  return whenThere(program, (known) =>
    known === undefined
      ? { agent, run, sandbox }
      : { agent, run, sandbox, executable: known.executable, ancestors: [...known.ancestors] },
  );
}
