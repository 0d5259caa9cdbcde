import { dialLoopback } from './dial.ts';
import { type HttpProviderSettings, httpProvider, listModels } from './http-provider.ts';
import type { ModelProvider } from './provider.ts';

/** Where local model servers listen unless they are told otherwise, and how each is called here. */
const servers: readonly { readonly port: number; readonly name: string }[] = [
  { port: 11_434, name: 'ollama' },
  { port: 1234, name: 'lmstudio' },
  { port: 8000, name: 'vllm' },
  { port: 8080, name: 'llamacpp' },
  { port: 9999, name: 'nim' },
];

export const usualPorts: readonly number[] = servers.map(({ port }) => port);

/** A local server answers its list within this time; most closed ports refuse at once. */
const probeMilliseconds = 400;

/** Windows of local models vary; this is what current servers give when they are not told. */
const localContextTokens = 32_768;

/** Asks every port at the same time. What lists no model in OpenAI's shape is no model server, and nothing is sent to it. */
export async function findLocalServers(ports: readonly number[]): Promise<readonly ModelProvider[]> {
  const found = await Promise.all(ports.map(probe));
  return found.flatMap((provider) => provider ?? []);
}

async function probe(port: number): Promise<ModelProvider | undefined> {
  const settings: HttpProviderSettings = {
    name: servers.find((server) => server.port === port)?.name ?? `local-${port}`,
    baseUrl: new URL(`http://127.0.0.1:${port}/v1`),
    dial: dialLoopback,
    found: 'local server',
    locality: 'local',
    wires: ['openai-chat', 'openai-responses', 'anthropic-messages'],
    kind: 'openai',
    key: null,
    models: null,
    contextTokens: localContextTokens,
  };
  const models = await listModels(settings, probeMilliseconds);
  return models.length === 0 ? undefined : httpProvider({ ...settings, models });
}
