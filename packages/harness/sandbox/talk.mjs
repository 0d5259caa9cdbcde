#!/opt/node/bin/node
// Carries messages between the platform, as lines of its standard input and output, and the WebSocket of what thinks here. Only
// whoever started this has its other end.
import { createInterface } from 'node:readline';

const address = `ws://127.0.0.1:${process.argv[2]}/`;
/** It asks to be called again: it is still starting. */
const tryAgainLater = 1013;
const pause = 250;
let socket;

function call() {
  let isOpen = false;
  socket = new WebSocket(address);
  socket.addEventListener('open', () => {
    isOpen = true;
  });
  socket.addEventListener('message', ({ data }) => process.stdout.write(`${String(data).replaceAll('\n', ' ')}\n`));
  socket.addEventListener('close', ({ code }) => {
    if (isOpen && code !== tryAgainLater) process.exit(1);
    setTimeout(call, pause);
  });
}

call();
createInterface({ input: process.stdin })
  .on('line', (line) => socket.send(line))
  .on('close', () => process.exit(0));
