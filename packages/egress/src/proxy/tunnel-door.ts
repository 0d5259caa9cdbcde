import type { Refusal } from '@clawhold/spec';
import type { Client } from '../http1/client.ts';
import { Http1Reply } from '../http1/http1-reply.ts';
import type { Fault } from '../wire/fault.ts';
import { type Asker, answerFailure, answerRefusal } from './answer.ts';

/** How whoever asked for a tunnel learns what became of it. The statuses are what they were sent, null for nothing. */
export interface TunnelDoor {
  /** As it stands in records. */
  readonly method: 'CONNECT' | 'TCP';
  readonly openStatus: number | null;
  opened(client: Client): void;
  refused(client: Client, refusal: Refusal, kind: 'denied' | 'ask'): number | null;
  failed(client: Client, fault: Fault): number | null;
}

const established = 'HTTP/1.1 200 Connection established\r\n\r\n';
const askerOf = (client: Client): Asker => ({ method: 'CONNECT', reply: new Http1Reply(client) });

/** Asked for by CONNECT. */
export const connectDoor: TunnelDoor = {
  method: 'CONNECT',
  openStatus: 200,
  opened: (client) => void client.socket.write(established),
  refused(client, refusal, kind) {
    answerRefusal(askerOf(client), refusal, kind);
    return 403;
  },
  failed: (client, fault) => answerFailure(askerOf(client), fault),
};

/**
 * A captured connection: its program believes that it talks to the host already. Nothing can be said to it but that the
 * connection broke, at once; why is in the timeline.
 */
export const capturedDoor: TunnelDoor = {
  method: 'TCP',
  openStatus: null,
  opened: () => undefined,
  refused: reset,
  failed: reset,
};

function reset(client: Client): null {
  client.reset();
  return null;
}
