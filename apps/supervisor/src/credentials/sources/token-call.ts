import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import type { Dial } from '@clawhold/inference';
import type { TokenCall } from './value-source.ts';

/** An answer that does not come within this many milliseconds does not come. */
const answerMilliseconds = 15_000;
const answerBytes = 64 * 1024;

/**
 * Calls token endpoints from this process, through the same check of addresses as everything else that leaves.
 *
 * @param authorities whom to believe, PEM.
 */
export function createTokenCall(dial: Dial, authorities: readonly string[]): TokenCall {
  return async ({ url, headers, body }) => {
    if (url.protocol !== 'https:') throw new Error('a token endpoint is called over TLS only');
    const signal = AbortSignal.timeout(answerMilliseconds);
    const raw = await dial({ host: url.hostname, port: Number(url.port) || 443 }, signal);
    const socket = connect({
      socket: raw,
      servername: url.hostname,
      ca: [...authorities],
      ALPNProtocols: ['http/1.1'],
    });
    try {
      return await new Promise((resolve, reject) => {
        const outgoing = request(url, {
          method: 'POST',
          // As it is signed, where it is: Node would add the port of plain HTTP.
          headers: {
            ...headers,
            host: url.host,
            'accept-encoding': 'identity',
            'content-length': Buffer.byteLength(body),
          },
          createConnection: () => socket,
          signal,
        });
        outgoing.once('error', reject);
        outgoing.once('response', (response) => {
          let size = 0;
          response.on('data', (piece: Buffer) => {
            size += piece.length;
            if (size > answerBytes) response.destroy(new Error('the answer of the token endpoint is too large'));
          });
          text(response).then((whole) => resolve({ status: response.statusCode ?? 0, body: whole }), reject);
        });
        outgoing.end(body);
      });
    } finally {
      socket.destroy();
    }
  };
}
