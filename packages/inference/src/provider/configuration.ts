import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readStrictYaml } from '@clawhold/documents';
import { ClawholdError } from '@clawhold/spec';
import { z } from 'zod';
import type { InferenceOptions } from '../options.ts';
import { dialLoopback, isLoopback } from './dial.ts';
import { readBaseUrl } from './environment.ts';
import { httpProvider } from './http-provider.ts';
import type { ModelProvider } from './provider.ts';

/** The file in the configuration folder; it need not be there. */
const fileName = 'models.yaml';

/** One entry of `models.yaml`. */
interface ProviderEntry {
  readonly name: string;
  /** Base of the wire's paths, for example `https://models.example.com/v1`. */
  readonly baseUrl: string;
  /** Which service it is like. Default: `openai`. */
  readonly wire: 'openai' | 'anthropic';
  /** The environment variable that holds the key. Default: none is sent. */
  readonly key?: string | undefined;
  /** Models on offer, the preferred one first. Default: the server is asked. */
  readonly models?: readonly string[] | undefined;
  /** The window of its models, in tokens. Default: 32,768. */
  readonly contextTokens: number;
}

/** `models.yaml`: model servers that the operator names. Keys stand in the environment, never here. */
export interface ModelConfiguration {
  /** `provider/model` for runs that name none. */
  readonly default?: string | undefined;
  readonly providers: readonly ProviderEntry[];
}

const modelConfigurationSchema: z.ZodType<ModelConfiguration> = z.strictObject({
  default: z.string().optional(),
  providers: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'small letters, digits and hyphens only'),
        baseUrl: z.string(),
        wire: z.enum(['openai', 'anthropic']).default('openai'),
        key: z.string().optional(),
        models: z.array(z.string().min(1)).optional(),
        contextTokens: z.number().int().positive().default(32_768),
      }),
    )
    .default([]),
});

export interface ConfiguredProviders {
  readonly providers: readonly ModelProvider[];
  readonly preferred: string | undefined;
}

/** @throws ClawholdError `input_configuration` with file, line and the nearest key when it is not well-formed. */
export async function readConfiguration(options: InferenceOptions): Promise<ConfiguredProviders> {
  const file = join(options.configuration, fileName);
  const source = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new ClawholdError('input_configuration', `${file} cannot be read (${cause.code ?? 'unknown'}).`, { cause });
  });
  if (source === undefined) return { providers: [], preferred: undefined };
  const configuration = readStrictYaml(source, file, modelConfigurationSchema);
  return {
    preferred: configuration.default,
    providers: configuration.providers.map((entry) => makeProvider(entry, options, file)),
  };
}

function makeProvider(entry: ProviderEntry, { providerKeys, dial }: InferenceOptions, file: string): ModelProvider {
  const baseUrl = readBaseUrl(entry.baseUrl, `baseUrl of ${entry.name} in ${file}`);
  const key = entry.key === undefined ? null : providerKeys[entry.key];
  if (key === undefined)
    throw new ClawholdError(
      'input_configuration',
      `${file}: the key of ${entry.name} is in ${entry.key}, which is not set.`,
      {
        hint: `Set ${entry.key} in the environment of \`clawhold up\`, or remove the key.`,
      },
    );
  const onThisMachine = isLoopback(baseUrl.hostname);
  return httpProvider({
    name: entry.name,
    found: 'configuration',
    locality: onThisMachine ? 'local' : 'remote',
    baseUrl,
    dial: onThisMachine ? dialLoopback : dial,
    kind: entry.wire,
    key,
    wires:
      entry.wire === 'anthropic'
        ? ['anthropic-messages', 'openai-chat']
        : ['openai-chat', 'openai-responses', 'anthropic-messages'],
    models: entry.models?.map((name) => ({ name, contextTokens: entry.contextTokens })) ?? null,
    contextTokens: entry.contextTokens,
  });
}
