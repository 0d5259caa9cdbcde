import { connect, createServer, type Socket } from 'node:net';
import { listen, ready, settings } from '../part.ts';

/** Carries bytes and looks at none of them: what no proxy on Node can be faster than. */
function passTo(port: number): (near: Socket) => void {
  return (near) => {
    const far = connect({ port, host: '127.0.0.1', noDelay: true });
    near.setNoDelay(true);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
    near.pipe(far).pipe(near);
  };
}

const { plain, secure } = settings();
ready({
  plain: await listen(createServer(passTo(Number(plain)))),
  secure: await listen(createServer(passTo(Number(secure)))),
});
