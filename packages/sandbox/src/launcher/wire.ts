/**
 * The frames that the launcher speaks; the C side of this table is `native/launcher/src/wire.h`, and a test compares
 * the two.
 */

/** Bytes of a frame's length field, type and id. */
export const frameHeaderBytes = 9;

/** A frame's longest length; both sides treat a longer one as a broken peer. */
export const longestFrame: number = 4 * 1024 * 1024;

/** Bytes of output (and of input) of one process that may be on their way at a time. */
export const windowBytes: number = 256 * 1024;

/** Supervisor to launcher. */
export const requestTypes = {
  start: 1,
  execute: 2,
  job: 3,
  input: 4,
  credit: 5,
  signal: 6,
  freeze: 7,
  thaw: 8,
  kill: 9,
  inspect: 10,
  caller: 11,
  renew: 12,
} as const;

/** Launcher to supervisor. */
export const reportTypes = {
  started: 65,
  failed: 66,
  done: 67,
  output: 68,
  exited: 69,
  ended: 70,
  inputCredit: 71,
  hello: 72,
  inspected: 73,
  refused: 74,
} as const;
