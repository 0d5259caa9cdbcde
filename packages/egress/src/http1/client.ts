import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Identity } from '../hooks.ts';
import { UpstreamPool } from '../proxy/upstream-pool.ts';
import type { Situation } from '../target/target.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import { HeadReader } from '../wire/head-reader.ts';
import { type RequestFields, requestFields } from '../wire/request-fields.ts';
import { Silence } from '../wire/silence.ts';
import type { Soon } from '../wire/soon.ts';

/** A closing connection has this long to read our last answer. */
const lingerMilliseconds = 2_000;

/** One connection from a sandbox: whose it is, how it is read, and how it ends. */
export class Client {
  readonly identity: Identity;
  readonly socket: Socket | TLSSocket;
  readonly reader: ByteReader;
  readonly heads: HeadReader<RequestFields>;
  readonly situation: Situation;
  readonly upstreams: UpstreamPool = new UpstreamPool();
  readonly #silence: Silence;
  readonly #whenGone: (() => void)[] = [];

  constructor(identity: Identity, socket: Socket | TLSSocket, situation: Situation, idleSeconds: number) {
    this.identity = identity;
    this.socket = socket;
    this.situation = situation;
    this.reader = new ByteReader(socket);
    this.heads = new HeadReader(this.reader, requestFields);
    socket.once('close', this.#onClose);
    this.#silence = new Silence(socket, idleSeconds, this.#onSilence);
  }

  /** What it carries now may be silent for so long. */
  allowSilence(seconds: number): void {
    this.#silence.allow(seconds);
  }

  /** Gives the socket, with its unread bytes, to another client object: what is inside the tunnel. */
  release(): Duplex {
    this.#silence.stop();
    return this.reader.detach();
  }

  // One listener for all requests of the connection, however many follow each other.
  readonly #onClose = (): void => {
    this.#silence.stop();
    this.upstreams.close();
    for (const listener of this.#whenGone.splice(0)) listener();
  };

  // Silence counts when it is the client that owes something: bytes that we wait for, or room for those that we wrote.
  // While a server owes us its answer that connection's own timer decides, and the client gets a 504.
  readonly #onSilence = (): void => {
    if (this.reader.isWaiting || this.socket.writableNeedDrain) this.socket.destroy();
  };

  /** Ends the connection after what was written so far. Resetting it at once could destroy the answer on its way. */
  finish(): void {
    if (this.socket.destroyed) return;
    this.reader.discard();
    this.socket.end();
    const timer = setTimeout(() => this.socket.destroy(), lingerMilliseconds);
    this.socket.once('close', () => clearTimeout(timer));
  }

  /** Breaks the connection so that the other side sees it break, whatever was written. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  /** Waits for something that needs bytes from the client and gives up on the connection when they do not come. */
  within<Result>(seconds: number, work: Soon<Result>): Soon<Result> {
    if (!(work instanceof Promise)) return work;
    const timer = setTimeout(() => this.socket.destroy(), seconds * 1_000);
    return work.finally(() => clearTimeout(timer));
  }

  /** Calls back once when the connection ends. Returns how to stop listening. */
  whenGone(listener: () => void): () => void {
    this.#whenGone.push(listener);
    return () => {
      const place = this.#whenGone.lastIndexOf(listener);
      if (place !== -1) this.#whenGone.splice(place, 1);
    };
  }
}
