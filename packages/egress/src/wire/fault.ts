/**
 * What is wrong with bytes that were read. A value, never an exception: malformed input is expected here. On the
 * client's side it becomes an HTTP answer of this status, on the upstream's side a 502.
 */
export interface Fault {
  readonly kind: 'fault';
  /** The status that a client gets for it. */
  readonly status: number;
  /** A stable word for logs and tests, for example `bare_line_feed`. */
  readonly code: string;
  /** One plain sentence. It never quotes the input. */
  readonly text: string;
}

/** Makes a {@link Fault}; status 400 unless said otherwise. */
export function fault(code: string, text: string, status = 400): Fault {
  return { kind: 'fault', status, code, text };
}
