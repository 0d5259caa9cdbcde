import { nearestWord } from '@clawhold/documents';
import { ClawholdError, type Model } from '@clawhold/spec';
import type { ModelProvider } from './provider/provider.ts';
import type { WireName } from './wire/wire.ts';

/** A model and who serves it. */
export interface ModelRoute {
  readonly provider: ModelProvider;
  /** As the provider calls it. */
  readonly model: string;
}

/** A request for this model goes to the default one: agents with a configuration of their own can be written once. */
const defaultAlias = 'default';

/** Every model that the installation offers, in the order in which providers were found. */
export class Catalogue {
  readonly #providers: readonly ModelProvider[];
  readonly #preferred: string | undefined;
  readonly models: readonly Model[];

  private constructor(providers: readonly ModelProvider[], models: readonly Model[], preferred: string | undefined) {
    this.#providers = providers;
    this.models = models;
    this.#preferred = preferred;
  }

  /** @param preferred the default model, when the configuration names one. */
  static async read(providers: readonly ModelProvider[], preferred?: string): Promise<Catalogue> {
    const models = await Promise.all(providers.map(describeModels));
    return new Catalogue(providers, models.flat(), preferred);
  }

  /** The model of a run that names none. With nothing else there is the rehearsal model. */
  get defaultModel(): string {
    return this.#preferred ?? this.models[0]?.name ?? 'rehearsal/default';
  }

  /**
   * Finds `provider/model`, or a model's own name when only one provider has it. A provider may serve more than it
   * lists (aliases, new models), so a name that begins with a provider goes to that provider.
   *
   * @throws ClawholdError `model_unknown` (404), with the nearest name.
   */
  find(name: string): ModelRoute {
    const wanted = name === defaultAlias || name === '' ? this.defaultModel : name;
    const listed = this.models.find((model) => model.name === wanted) ?? this.#onlyOne(wanted);
    const full = listed?.name ?? wanted;
    const provider = this.#providers.find((candidate) => full.startsWith(`${candidate.name}/`));
    if (provider !== undefined && (listed !== undefined || !provider.scripted))
      return { provider, model: full.slice(provider.name.length + 1) };
    const near = nearestWord(
      name,
      this.models.map((model) => model.name),
    );
    throw new ClawholdError('model_unknown', `There is no model "${name.slice(0, 200)}".`, {
      status: 404,
      hint:
        near === undefined ? `The default model is ${this.defaultModel}; ask for "default".` : `Did you mean ${near}?`,
    });
  }

  /**
   * The model to which a route of a policy leads; the one that was asked for when it is local already.
   *
   * @throws ClawholdError `model_route` (503) when the installation does not offer it. A script is no stand-in for a model.
   */
  routed(use: string, asked: ModelRoute, wire: WireName): ModelRoute {
    if (use !== 'local') return this.find(use);
    if (asked.provider.locality === 'local') return asked;
    const local = this.models.find(
      (model) =>
        model.locality === 'local' &&
        !model.scripted &&
        this.#providers.some(({ name, wires }) => name === model.provider && wires.includes(wire)),
    );
    if (local !== undefined) return this.find(local.name);
    throw new ClawholdError('model_route', `The policy sends this request to a local model, and none speaks ${wire}.`, {
      status: 503,
      hint: 'Start a local model server, or name one in models.yaml: npx clawhold models',
    });
  }

  #onlyOne(name: string): Model | undefined {
    const matching = this.models.filter((model) => model.name.slice(model.provider.length + 1) === name);
    return matching.length === 1 ? matching[0] : undefined;
  }
}

async function describeModels(provider: ModelProvider): Promise<readonly Model[]> {
  const { name, locality, scripted, found } = provider;
  const models = await provider.models();
  return models.map((model) => ({
    name: `${name}/${model.name}`,
    provider: name,
    locality,
    scripted,
    found,
    contextTokens: model.contextTokens,
  }));
}
