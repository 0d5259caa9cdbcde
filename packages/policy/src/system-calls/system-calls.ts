import { type SystemCallProfile, systemCallProfiles } from '@clawhold/spec';
import type { LayerProblem } from '../compile/compile.ts';
import { type Choice, picked, pickProblems } from '../compile/pick.ts';
import type { Layers } from '../load/layer.ts';

const choice: Choice<SystemCallProfile> = {
  key: 'process.system_calls',
  named: (document) => document.process?.system_calls,
};

/** What programs in sandboxes may ask of the kernel beside the base. */
export function compileSystemCalls(layers: Layers): readonly SystemCallProfile[] {
  const given = picked(layers, choice);
  return Object.freeze(systemCallProfiles.filter((profile) => given.includes(profile)));
}

/** Profiles that a layer names and the one above it does not offer. */
export function systemCallProblems(layers: Layers): readonly LayerProblem[] {
  return pickProblems(layers, choice);
}
