import {
  type Decision,
  type InferenceQuestion,
  type Obligation,
  type ProviderFeature,
  type Reason,
  redactions,
  type Usage,
} from '@clawhold/spec';
import type { Grounds } from '../compile/compiled-endpoint.ts';
import type { CompiledLayer, Snapshot } from '../compile/snapshot.ts';
import { inferenceBudgets, wallBudget } from './budgets.ts';
import { Draft, recordOf } from './draft.ts';
import { applyFlows } from './flow-rules.ts';
import { isOnRoute, modelRoute } from './model-route.ts';

const byDefault: Reason = Object.freeze({
  code: 'default',
  text: 'The installation offers this model and no rule limits the models.',
});

const featureWords: Readonly<Record<ProviderFeature, string>> = {
  hosted_tool: 'run a tool of its own',
  remote_url: 'fetch an address by itself',
  server_state: 'keep the conversation on its server',
};

export function decideInference(question: InferenceQuestion, snapshot: Snapshot, usage: Usage, now: number): Decision {
  const draft = new Draft(snapshot);
  const model = `${question.provider}/${question.model}`;
  const [ceiling, below] = [
    snapshot.layers.filter(({ name }) => name === 'ceiling'),
    snapshot.layers.filter(({ name }) => name !== 'ceiling'),
  ];
  for (const layer of ceiling) {
    if (offers(layer, model) === undefined)
      return draft.deny({
        code: 'beyond_ceiling',
        text: `The organisation's ceiling does not offer the model ${model}.`,
      });
    const feature = question.features.find((name) => layer.features !== null && !layer.features.has(name));
    if (feature !== undefined) return draft.deny({ code: 'beyond_ceiling', text: featureText(question, feature) });
  }

  const reader = question.locality === 'remote' ? 'external' : 'internal';
  const movement = { parameters: [], data: question.data, reader, to: question.provider } as const;
  const forbidden = applyFlows(draft, snapshot, movement);
  if (forbidden !== undefined) return forbidden;

  let grounds: Grounds | Reason = byDefault;
  for (const layer of below) {
    const offered = offers(layer, model);
    if (offered === undefined) return draft.deny({ code: 'no_rule', text: `No rule offers the model ${model}.` });
    if (offered !== 'any') grounds = offered;
  }
  const unnamed = question.features.find((name) => !below.some(({ features }) => features?.has(name) === true));
  if (unnamed !== undefined) return draft.deny({ code: 'feature', text: featureText(question, unnamed) });

  const wall = wallBudget(snapshot, usage);
  if (wall !== undefined) return draft.deny(wall.exceeded, wall.rule);
  const reserve = inferenceBudgets(snapshot, usage, question);
  if ('exceeded' in reserve) return draft.deny(reserve.exceeded, reserve.rule);
  if ('text' in reserve) return draft.deny(reserve);
  const route = modelRoute(question.data, snapshot);
  if (route === 'no answer') return draft.deny(noRoute);
  if (route !== undefined && !isOnRoute(route, question)) return draft.deny(route.grounds.reason, route.grounds.rule);
  // On record whether it was the model that was asked for.
  const record = recordOf(question.locality === 'local' && question.asked === undefined ? 'read' : 'irreversible');
  const because = question.asked === undefined ? grounds : (route?.grounds ?? grounds);
  return draft.settle(because, undefined, usage, now, [...reserve, ...redaction(snapshot), record]);
}

const noRoute: Reason = Object.freeze({
  code: 'condition',
  text: 'The condition of a route has no answer for this request.',
});

/** Whatever any layer wants taken out. */
function redaction({ layers }: Snapshot): readonly Obligation[] {
  const what = redactions.filter((word) => layers.some(({ redact }) => redact.includes(word)));
  return what.length === 0 ? [] : [{ kind: 'redact', what }];
}

/** `any` when the layer does not limit the models. */
function offers(layer: CompiledLayer, model: string): Grounds | 'any' | undefined {
  if (layer.models === null) return 'any';
  const found: Grounds[] = [];
  layer.models.find(model, found);
  return found.toSorted((a, b) => a.order - b.order)[0];
}

function featureText({ provider }: InferenceQuestion, feature: ProviderFeature): string {
  return `The request wants ${provider} to ${featureWords[feature]}; that is a way out which no rule names (${feature}).`;
}
