import { createServer, type Server, type Socket } from 'node:net';
import type { RemoteAnswer } from '@clawhold/harness';
import { z } from 'zod';

/** Bytes of a command line, and of what is given to it. */
const mostCommand = 1024 ** 2;
const mostInput = 8 * 1024 ** 2;

const headSchema = z.strictObject({ command: z.string() });

export interface RemoteShellParts {
  readonly readsInput: (command: string) => boolean;
  readonly work: (command: string, input: Uint8Array) => Promise<RemoteAnswer>;
}

/** Commands at once; more are refused by the kernel. */
const mostConnections = 32;

/**
 * Serves what a mind takes for a remote machine: one command for each connection, as a line of JSON; `input` as an answer
 * asks for what is given to it; the last answer is what came of it. Whoever breaks these rules is cut off.
 */
export function remoteShell({ readsInput, work }: RemoteShellParts): Server {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined); // nobody is left to answer
    serve(socket).catch((error: unknown) => {
      console.error(error);
      socket.destroy();
    });
  });
  server.maxConnections = mostConnections;
  return server;

  async function serve(socket: Socket): Promise<void> {
    const received = await receive(socket, readsInput).catch(() => undefined); // it hung up
    if (received === undefined) return void socket.destroy();
    const { stdout, ...rest } = await work(received.command, received.input);
    const [output, errors] = [stdout, Buffer.from(rest.stderr)].map((bytes) => Buffer.from(bytes).toString('base64'));
    socket.end(JSON.stringify({ status: rest.status, stdout: output, stderr: errors }));
  }
}

interface Received {
  readonly command: string;
  readonly input: Uint8Array;
}

/** The command, and what is given to it; undefined when it is no such thing. */
async function receive(socket: Socket, readsInput: (command: string) => boolean): Promise<Received | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  let command: string | undefined;
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > (command === undefined ? mostCommand : mostInput)) return undefined;
    if (command !== undefined || !chunk.includes(0x0a)) continue;
    command = commandOf(Buffer.concat(chunks).toString('utf8'));
    if (command === undefined) return undefined;
    if (!readsInput(command)) return { command, input: new Uint8Array() };
    chunks.length = 0;
    size = 0;
    socket.write('input\n');
  }
  return command === undefined ? undefined : { command, input: Buffer.concat(chunks) };
}

/** Of one line and nothing behind it. */
function commandOf(line: string): string | undefined {
  if (line.indexOf('\n') !== line.length - 1) return undefined;
  try {
    return headSchema.parse(JSON.parse(line)).command;
  } catch {
    return undefined;
  }
}
