import type { InferenceQuestion, Label, ToolQuestion } from '@clawhold/spec';
import { providerFeatures } from '@clawhold/spec';
import type { Snapshot } from '../compile/snapshot.ts';
import { textClasses } from './classes.ts';
import type { Limits } from './limits.ts';
import { modelName, name } from './shape.ts';

const effects = ['read', 'irreversible'] as const;

/** One call for every way in which rules about tools can tell two of them apart, once as a read and once as more. */
export function* toolSpace(snapshots: readonly Snapshot[], limits: Limits): Generator<ToolQuestion> {
  const rules = documentsOf(snapshots).flatMap(({ tools = [] }) => tools);
  if (rules.some(({ where }) => where !== undefined)) limits.conditional('where');
  const { classes, complete } = textClasses([...new Set(rules.map(({ match }) => match))], null, name);
  if (!complete) limits.incomplete('names');
  for (const { example: tool } of classes)
    for (const effect of effects)
      yield {
        kind: 'tool',
        caller: { agent: 'agent' },
        phase: 'run',
        tool,
        effect,
        parameters: [],
        arguments: {},
        command: { effective: [] },
      };
}

/** One request for every way in which lists of models can tell two models apart, alone and with each feature. */
export function* modelSpace(snapshots: readonly Snapshot[], data: Label, limits: Limits): Generator<InferenceQuestion> {
  const patterns = documentsOf(snapshots).flatMap(({ inference }) => inference?.models ?? []);
  const { classes, complete } = textClasses([...new Set(patterns)], null, modelName);
  if (!complete) limits.incomplete('names');
  for (const { example } of classes) {
    const [provider = '', ...rest] = example.split('/');
    const model = rest.join('/');
    for (const features of [[], ...providerFeatures.map((feature) => [feature])])
      yield {
        kind: 'inference',
        caller: { agent: 'agent' },
        provider,
        model,
        locality: 'remote',
        features,
        tokens: 0,
        data,
      };
  }
}

function documentsOf(snapshots: readonly Snapshot[]): readonly NonNullable<Snapshot['documents']['agent']>[] {
  return snapshots.flatMap(({ documents }) => Object.values(documents).filter((document) => document !== undefined));
}
