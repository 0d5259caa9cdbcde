import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ChannelHandler } from '@clawhold/channel';
import type { Inference } from '@clawhold/inference';
import { id, inferenceRunHeader, type PeerName, problemMediaType, toProblem } from '@clawhold/spec';
import type { LiveRuns } from '../runs/live-runs.ts';

const prefix = '/inference';

/** Model traffic of the worker's loop: the same door as for sandboxes, but the loop may be shown what needs a person. */
export function workerDoor(inference: Inference, runs: LiveRuns): ChannelHandler {
  return (request, response, peer) => {
    answer(inference, runs, request, response, peer).catch((error: unknown) => {
      if (response.headersSent) return void response.destroy();
      const problem = toProblem(error);
      response.writeHead(problem.status, { 'content-type': problemMediaType, connection: 'close' });
      response.end(JSON.stringify(problem));
    });
  };
}

async function answer(
  inference: Inference,
  runs: LiveRuns,
  request: IncomingMessage,
  response: ServerResponse,
  peer: PeerName,
): Promise<void> {
  const path = request.url ?? '';
  if (peer !== 'worker' || !path.startsWith(`${prefix}/`)) {
    response.writeHead(404).end();
    return;
  }
  const live = runs.get(id('run').parse(request.headers[inferenceRunHeader]));
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const answered = await inference.handle({
    method: request.method ?? 'GET',
    path: path.slice(prefix.length),
    headers: singleValues(request.headers),
    body: request,
    signal: AbortSignal.any([gone.signal, live.ended]),
    // Every call of the built-in loop is decided again before it runs, and a refusal is the result of its call.
    caller: { agent: live.agent, run: live.id, askMeans: 'pass', denyMeans: 'pass' },
  });
  response.writeHead(answered.status, answered.headers);
  await pipeline(Readable.from(answered.body), response);
}

function singleValues(headers: IncomingMessage['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}
