import { constants, type ServerHttp2Session, type ServerSessionOptions } from 'node:http2';
import type { EgressLimits } from '../limits.ts';

/** PING and SETTINGS frames of a client in one window; who sends more plays with us (CVE-2019-9512, CVE-2019-9515). */
const controlFrames = 200;
const windowMilliseconds = 10_000;

/** Streams that a client takes back: so many at once, and so many a second after that (CVE-2023-44487). */
const resets = { burst: 200, perSecond: 20 } as const;

/**
 * What a client may make this process hold and do. Header blocks over many CONTINUATION frames (CVE-2024-27316), empty
 * frames (CVE-2019-9518) and acknowledgements that nobody reads are bounded by nghttp2 itself.
 */
export function sessionBounds({ headBytes, streams }: EgressLimits): ServerSessionOptions {
  return {
    settings: {
      enablePush: false,
      // An extended CONNECT would open a WebSocket past the one place where they are read.
      enableConnectProtocol: false,
      maxConcurrentStreams: streams,
      maxHeaderListSize: headBytes,
      initialWindowSize: 128 * 1024,
    },
    maxHeaderListPairs: 128,
    maxOutstandingPings: 4,
    maxSettings: 16,
    maxSessionInvalidFrames: 100,
    maxSessionRejectedStreams: 100,
    // Megabytes, over all streams.
    maxSessionMemory: 16,
    streamResetBurst: resets.burst,
    streamResetRate: resets.perSecond,
    strictFieldWhitespaceValidation: true,
  };
}

/** Ends a connection that is kept busy with frames that ask for nothing. */
export function boundFloods(session: ServerHttp2Session, told: () => void): void {
  let seen = 0;
  let windowEnd = 0;
  const count = (): void => {
    const now = Date.now();
    if (now > windowEnd) {
      windowEnd = now + windowMilliseconds;
      seen = 0;
    }
    seen++;
    if (seen <= controlFrames || session.destroyed) return;
    told();
    session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM);
  };
  session.on('ping', count);
  session.on('remoteSettings', count);
}
