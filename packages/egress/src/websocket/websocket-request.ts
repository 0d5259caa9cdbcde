import type { Duplex } from 'node:stream';
import type { ByteReader } from '../wire/byte-reader.ts';
import type { Field } from '../wire/field.ts';
import type { WebSocketOffer } from '../wire/websocket-offer.ts';

/** One side of an open WebSocket. */
export interface WebSocketSide {
  readonly socket: Duplex;
  readonly reader: ByteReader;
}

/** A request for a WebSocket. */
export interface WebSocketRequest {
  readonly offer: WebSocketOffer;
  /** Answers with 101 and gives the connection away: no request follows on it. `finish` closes it after what was written. */
  accept(fields: readonly Field[]): WebSocketSide & { finish(): void };
}
