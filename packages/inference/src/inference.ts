import type { Model } from '@clawhold/spec';
import { Door } from './door.ts';
import type { InferenceRequest, InferenceResponse } from './exchange.ts';
import type { InferenceOptions } from './options.ts';
import { findProviders } from './provider/discovery.ts';

/** The one door for model traffic. */
export interface Inference {
  /** Answers one request. Never rejects: what goes wrong is an answer in the shape of the client's wire. */
  handle(request: InferenceRequest): Promise<InferenceResponse>;
  /** Every model on offer; local servers are looked for again when the last look was a while ago. */
  models(): Promise<readonly Model[]>;
  /** The model of a run that names none, as of the last look. */
  defaultModel(): string;
}

/**
 * Opens the door: finds the providers, in the order configuration, environment, local servers, rehearsal model.
 *
 * @throws ClawholdError `input_configuration` when `models.yaml` or a scenario is not well-formed.
 */
export async function createInference(options: InferenceOptions): Promise<Inference> {
  const providers = await findProviders(options);
  let catalogue = await providers.look();
  const current = async (): Promise<typeof catalogue> => {
    catalogue = await providers.look();
    return catalogue;
  };
  const door = new Door(options, current);
  return Object.freeze({
    handle: (request: InferenceRequest) => door.handle(request),
    models: async () => (await current()).models,
    defaultModel: () => catalogue.defaultModel,
  });
}
