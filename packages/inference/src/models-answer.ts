import type { Model } from '@clawhold/spec';
import type { JsonObject } from './json-value.ts';

/** The list of models, readable by clients of OpenAI (`object`, `owned_by`) and of Anthropic (`type`, `has_more`). */
export function modelsAnswer(models: readonly Model[]): JsonObject {
  return {
    object: 'list',
    data: models.map((model) => ({
      id: model.name,
      object: 'model',
      created: 0,
      owned_by: model.provider,
      type: 'model',
      display_name: model.scripted ? `${model.name} (scripted)` : model.name,
      created_at: '1970-01-01T00:00:00Z',
      scripted: model.scripted,
    })),
    has_more: false,
    first_id: models[0]?.name ?? null,
    last_id: models.at(-1)?.name ?? null,
  };
}
