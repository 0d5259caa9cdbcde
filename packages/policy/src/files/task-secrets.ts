import type { LayerProblem } from '../compile/compile.ts';
import { type Choice, picked, pickProblems } from '../compile/pick.ts';
import { type Layers, layerNames } from '../load/layer.ts';

/** What is hidden of a task folder beside the secrets that always are, and what is not: globs on the last components of a path. */
export interface TaskSecrets {
  readonly hide: readonly string[];
  readonly show: readonly string[];
}

const shown: Choice<string> = { key: 'task_secrets.show', named: ({ task_secrets: secrets }) => secrets?.show };

/** Every layer may hide more; what is shown all the same, the ceiling offers and a layer below it picks. */
export function compileTaskSecrets(layers: Layers): TaskSecrets {
  const hide = layerNames.flatMap((name) => layers[name]?.task_secrets?.hide ?? []);
  return Object.freeze({ hide: [...new Set(hide)].toSorted(), show: picked(layers, shown).toSorted() });
}

/** What a layer shows and the one above it does not offer. */
export function taskSecretProblems(layers: Layers): readonly LayerProblem[] {
  return pickProblems(layers, shown);
}
