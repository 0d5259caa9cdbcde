import { ClawholdError, limits } from '@clawhold/spec';
import { readText } from './body.ts';
import type { Catalogue } from './catalogue.ts';
import type { InferenceRequest, InferenceResponse } from './exchange.ts';
import { ToldResults } from './firewall/told-results.ts';
import { Exchange } from './guarded-exchange.ts';
import { jsonAnswer, problemAnswer } from './json-answer.ts';
import { readJson } from './json-text.ts';
import { isObject } from './json-value.ts';
import { modelsAnswer } from './models-answer.ts';
import type { InferenceOptions } from './options.ts';
import { chatWire } from './wire/chat/wire.ts';
import type { Wire } from './wire/wire.ts';
import { wireOf } from './wire/wires.ts';

/** Takes requests apart and hands each to its wire. */
export class Door {
  readonly #options: InferenceOptions;
  readonly #catalogue: () => Promise<Catalogue>;
  readonly #told = new ToldResults();

  constructor(options: InferenceOptions, catalogue: () => Promise<Catalogue>) {
    this.#options = options;
    this.#catalogue = catalogue;
  }

  async handle(request: InferenceRequest): Promise<InferenceResponse> {
    const path = pathBelowRoot(request.path);
    const wire = path === undefined ? undefined : wireOf(path);
    try {
      if (path === '/models' && request.method === 'GET')
        return jsonAnswer(200, modelsAnswer((await this.#catalogue()).models));
      if (wire === undefined) throw notOffered(request);
      if (request.method !== 'POST')
        throw new ClawholdError('input_request', `${wire.path} takes POST.`, { status: 405 });
      return await this.#exchange(request, wire);
    } catch (error) {
      return problemAnswer(error, wire ?? chatWire);
    }
  }

  async #exchange(request: InferenceRequest, wire: Wire): Promise<InferenceResponse> {
    const text = await readText(request.body, this.#options.bounds?.modelRequestBytes ?? limits.modelRequestBytes);
    const json = readJson(text);
    if (json.kind === 'unreadable') throw new ClawholdError('input_request', `The request ${json.reason}.`);
    if (!isObject(json.value)) throw new ClawholdError('input_request', 'The request is not a JSON object.');
    const exchange = new Exchange({
      options: this.#options,
      told: this.#told,
      catalogue: await this.#catalogue(),
      request,
      wire,
      text,
      json,
      body: json.value,
    });
    return exchange.run();
  }
}

/** The path below `/v1`. The one query that a client of these wires sends is `beta=true`; it changes nothing here. */
function pathBelowRoot(path: string): string | undefined {
  return /^\/v1(\/[a-z/]+)(?:\?beta=true)?$/.exec(path)?.[1];
}

/** Files, batches, assistants, stored responses: all of them keep a company's data at the provider. */
function notOffered(request: InferenceRequest): ClawholdError {
  return new ClawholdError(
    'input_unsupported',
    `Clawhold does not offer ${request.method} ${request.path.slice(0, 200)}.`,
    {
      status: 404,
      hint: 'It offers /v1/models, /v1/chat/completions, /v1/responses and /v1/messages; nothing is kept at a provider.',
    },
  );
}
