/** A TCP connection of a sandbox, seen from the side that accepted it. */
export interface AcceptedConnection {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
}

/** A process of a sandbox that holds a socket. */
export interface Holder {
  /** Absolute path inside; a program that was deleted ends in ` (deleted)`. Undefined when it could not be found out. */
  readonly executable: string | undefined;
  /**
   * The executables of its parent, of that one's parent and so on, up to the command that the supervisor started. A
   * process whose parent ended has no ancestors any more.
   */
  readonly ancestors: readonly string[];
}
