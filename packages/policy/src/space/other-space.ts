import type { InferenceQuestion, Label, Parameter, ToolQuestion } from '@clawhold/spec';
import { providerFeatures } from '@clawhold/spec';
import type { Snapshot } from '../compile/snapshot.ts';
import { textClasses } from './classes.ts';
import type { Limits } from './limits.ts';
import { modelName, name } from './shape.ts';

const effects = ['read', 'irreversible'] as const;

/**
 * One call for every way in which rules about tools can tell two of them apart, once as a read and once as more.
 *
 * @param values what the calls are given, a list for each try.
 */
export function* toolSpace(
  snapshots: readonly Snapshot[],
  values: readonly (readonly Parameter[])[],
  limits: Limits,
): Generator<ToolQuestion> {
  const rules = documentsOf(snapshots).flatMap(({ tools = [] }) => tools);
  if (rules.some(({ where }) => where !== undefined)) limits.conditional('where');
  const { classes, complete } = textClasses([...new Set(rules.map(({ match }) => match))], null, name);
  if (!complete) limits.incomplete('names');
  for (const { example: tool } of classes)
    for (const effect of effects)
      for (const parameters of values)
        yield {
          kind: 'tool',
          caller: { agent: 'agent' },
          phase: 'run',
          tool,
          effect,
          parameters: [...parameters],
          arguments: {},
          command: { effective: [] },
        };
}

/**
 * One request for every way in which lists of models, routes and prices can tell two models apart, here and elsewhere,
 * alone and with each feature.
 *
 * @param labels what the data may be that leaves.
 */
export function* modelSpace(
  snapshots: readonly Snapshot[],
  labels: readonly Label[],
  limits: Limits,
): Generator<InferenceQuestion> {
  const patterns = documentsOf(snapshots).flatMap(({ inference }) => [
    ...(inference?.models ?? []),
    ...(inference?.routes ?? []).flatMap(({ use }) => (use.includes('/') ? use : [])),
    ...Object.keys(inference?.prices ?? {}),
  ]);
  const { classes, complete } = textClasses([...new Set(patterns)], null, modelName);
  if (!complete) limits.incomplete('names');
  for (const { example } of classes) {
    const [provider = '', ...rest] = example.split('/');
    const model = rest.join('/');
    for (const locality of ['remote', 'local'] as const)
      for (const features of [[], ...providerFeatures.map((feature) => [feature])])
        for (const data of labels)
          yield {
            kind: 'inference',
            caller: { agent: 'agent' },
            provider,
            model,
            locality,
            features,
            tokens: 0,
            data,
          };
  }
}

function documentsOf(snapshots: readonly Snapshot[]): readonly NonNullable<Snapshot['documents']['agent']>[] {
  return snapshots.flatMap(({ documents }) => Object.values(documents).filter((document) => document !== undefined));
}
