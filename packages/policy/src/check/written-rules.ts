import type { Endpoint, Target } from '@clawhold/spec';
import { toolTarget } from '../compile/compile-rules.ts';
import { presetTargets } from '../compile/presets.ts';
import type { Neighbour } from './neighbours.ts';

/** A rule as it stands in a document. */
export interface WrittenRule {
  readonly list: 'rules' | 'tools' | 'deny_rules' | 'access';
  readonly index: number;
  readonly verdict: 'allow' | 'ask' | 'deny';
  readonly target: Target;
  /** What else it says: rules that differ here are not the same, whatever they are about. */
  readonly besides: string;
  /** The endpoint where it stands; null: the one that is looked at. */
  readonly elsewhere: Neighbour | null;
}

/** The rules of an endpoint, and those of others that are asked wherever it is. */
export function writtenRules(endpoint: Endpoint, others: readonly Neighbour[]): readonly WrittenRule[] {
  return [
    ...rulesOf(endpoint, null),
    ...others.flatMap((other) =>
      rulesOf(other.endpoint, other).filter(({ verdict }) => other.joins || verdict === 'deny'),
    ),
  ];
}

/** Whether a rule is about messages, and not about a method and a path. */
export function isAboutMessages({ target }: WrittenRule): boolean {
  return target.path === undefined;
}

function rulesOf(endpoint: Endpoint, elsewhere: Neighbour | null): readonly WrittenRule[] {
  return [
    ...presetTargets(endpoint).map(
      (target): WrittenRule => ({ list: 'access', index: 0, verdict: 'allow', target, besides: '{}', elsewhere }),
    ),
    ...(endpoint.rules ?? []).flatMap(({ allow, ask, ...besides }, index): readonly WrittenRule[] => {
      const target = allow ?? ask;
      const verdict = allow === undefined ? 'ask' : 'allow';
      if (target === undefined) return [];
      return [{ list: 'rules', index, verdict, target, besides: JSON.stringify(besides), elsewhere }];
    }),
    ...(endpoint.tools ?? []).map((tool, index): WrittenRule => {
      const { effect } = tool;
      const verdict = tool.deny === true ? 'deny' : tool.ask === true ? 'ask' : 'allow';
      const besides = JSON.stringify(effect === undefined ? {} : { effect });
      return { list: 'tools', index, verdict, target: toolTarget(tool), besides, elsewhere };
    }),
    ...(endpoint.deny_rules ?? []).map(
      (target, index): WrittenRule => ({
        list: 'deny_rules',
        index,
        verdict: 'deny',
        target,
        besides: '{}',
        elsewhere,
      }),
    ),
  ];
}
