import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { Scene } from './scene.ts';

export const chunk = (delta: object, finish: string | null = null): object => ({
  id: 'c',
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason: finish }],
});

/** A model server on this machine, `near/m`; there is another far away, `far/m`, that nobody reaches. */
export interface ModelServer {
  /** What it was sent. */
  readonly seen: string[];
  /** What it answers with, as server-sent events. */
  answer: (request: string) => readonly object[];
}

/** Starts the server and tells the scene's supervisor, which begins anew, of both. */
export async function startModelServer(scene: Pick<Scene, 'home' | 'restart'>): Promise<ModelServer> {
  const models: ModelServer = { seen: [], answer: () => [chunk({ content: 'Hello.' }), chunk({}, 'stop')] };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    models.seen.push(body);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of models.answer(body)) response.write(`data: ${JSON.stringify(event)}\n\n`);
    response.end('data: [DONE]\n\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // it listens on TCP
  await writeFile(
    join(dirname(scene.home), 'configuration', 'models.yaml'),
    `providers:
  - { name: far, baseUrl: "https://far.example/v1", models: [m] }
  - { name: near, baseUrl: "http://127.0.0.1:${port}/v1", models: [m] }
`,
  );
  await scene.restart();
  return models;
}
