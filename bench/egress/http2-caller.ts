import type { ClientHttp2Session } from 'node:http2';
import type { Caller, Way } from './way.ts';

/** One of the streams that share a connection in HTTP/2; the connection ends with whoever opened it. */
export function http2Caller(session: ClientHttp2Session, { authority }: Way, path: string): Caller {
  return {
    ask: () =>
      new Promise((resolve, reject) => {
        const stream = session.request({ ':path': path, ':authority': authority });
        stream.on('response', ({ ':status': status }) => {
          if (status !== 200) reject(new Error(`the answer is ${status}`));
        });
        stream.on('end', resolve);
        stream.on('error', reject);
        stream.resume();
      }),
    end: () => {},
    closed: new Promise((resolve) => {
      session.once('close', resolve);
    }),
  };
}
