import { constants, type ServerHttp2Session } from 'node:http2';

/** Of a deadline, so many looks are taken. */
const looks = 3;

/**
 * Ends a connection whose client begins a head and does not end it in time, however many bytes drip. No event tells that a
 * head has begun. But until it has ended nothing else may come on its connection (RFC 9113, 4.3): bytes come, no stream opens,
 * no DATA is among them, and a PING is not answered. A client that sleeps, or only answers late, sends no bytes meanwhile.
 *
 * @param told called when that is so, before the connection ends.
 */
export function boundHeads(session: ServerHttp2Session, headSeconds: number, told: () => void): void {
  let bytes = 0;
  let progress = '';
  /** How often in a row there was something new that nobody could make sense of yet. */
  let doubtful = 0;
  let isAsked = false;

  const ask = (): void => {
    if (isAsked || session.destroyed) return;
    isAsked = session.ping((error) => {
      isAsked = false;
      if (error === null) doubtful = 0;
    });
  };

  const look = (): void => {
    const { bytesRead } = session.socket;
    if (bytesRead === bytes) return;
    bytes = bytesRead;
    const before = progress;
    progress = progressOf(session);
    doubtful = progress === before ? doubtful + 1 : 0;
    if (doubtful > looks) {
      told();
      session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM);
    } else if (doubtful > 0) ask();
  };

  const timer = setInterval(look, (headSeconds * 1_000) / looks);
  session.once('close', () => clearInterval(timer));
}

/** What only whole heads and DATA of the client change; nothing that we send does. */
function progressOf({ state }: ServerHttp2Session): string {
  return `${state.lastProcStreamID} ${state.effectiveRecvDataLength}`;
}
