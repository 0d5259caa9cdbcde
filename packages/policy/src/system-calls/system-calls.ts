import { type PolicyDocument, type SystemCallProfile, systemCallProfiles } from '@clawhold/spec';
import type { LayerProblem } from '../compile/compile.ts';
import { type LayerName, type Layers, layerNames } from '../load/layer.ts';

interface Offer {
  readonly by: LayerName;
  readonly profiles: readonly SystemCallProfile[];
}

/**
 * What programs in sandboxes may ask of the kernel beside the base. The ceiling offers; a layer below it picks from what the
 * one above offers. What nobody picks is not given.
 */
export function compileSystemCalls(layers: Layers): readonly SystemCallProfile[] {
  const picked = pick(layers).at(-1);
  const given = picked === undefined || picked.by === 'ceiling' ? [] : picked.profiles;
  return Object.freeze(systemCallProfiles.filter((profile) => given.includes(profile)));
}

/** Profiles that a layer names and the one above it does not offer. */
export function systemCallProblems(layers: Layers): readonly LayerProblem[] {
  const offers = pick(layers);
  return offers.slice(1).flatMap(({ by: layer, profiles }, at) =>
    profiles.flatMap((profile, index) => {
      const above = offers[at];
      if (above === undefined || above.profiles.includes(profile)) return [];
      return [
        {
          rule: { layer, path: `process.system_calls[${index}]` },
          message: `The ${above.by} does not offer \`${profile}\`; add it to \`process.system_calls\` there, or take it out here.`,
        },
      ];
    }),
  );
}

/** What each layer that has a say names, outermost first; a ceiling without a word offers nothing. */
function pick(layers: Layers): readonly Offer[] {
  const named = (document: PolicyDocument | undefined): readonly SystemCallProfile[] | undefined =>
    document?.process?.system_calls;
  return layerNames.flatMap((by): readonly Offer[] => {
    const profiles = by === 'ceiling' ? (named(layers.ceiling) ?? []) : named(layers[by]);
    return profiles === undefined ? [] : [{ by, profiles }];
  });
}
