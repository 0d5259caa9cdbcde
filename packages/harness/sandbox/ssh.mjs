#!/opt/node/bin/node
// What OpenClaw starts as ssh(1) where it thinks: hands the remote command to the platform, which decides it and carries it
// out where the hands are. There is no remote machine, no key, and no shell behind this.
import { readFileSync, writeSync } from 'node:fs';
import { connect } from 'node:net';

const [, , ...words] = process.argv;
/** Options of ssh(1) that take a value. */
const valued = /^-[BbcDEeFIiJLlmOopQRSWw]$/;
let at = 0;
while (words[at]?.startsWith('-')) at += valued.test(words[at]) ? 2 : 1;
const command = words.slice(at + 1).join(' ');

const socket = connect({ host: '198.18.0.2', port: 22, allowHalfOpen: true });
let answer = '';
socket.setEncoding('utf8');
socket.on('error', () => process.exit(255));
socket.on('data', (text) => {
  answer += text;
  if (answer !== 'input\n') return;
  answer = '';
  socket.end(readFileSync(0));
});
socket.on('end', () => {
  const { status, stdout, stderr } = JSON.parse(answer);
  write(1, Buffer.from(stdout, 'base64'));
  write(2, Buffer.from(stderr, 'base64'));
  process.exit(status);
});
socket.write(`${JSON.stringify({ command })}\n`);

function write(descriptor, bytes) {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(descriptor, bytes, done);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}
