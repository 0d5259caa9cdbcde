import type { EgressQuestion, Reason } from '@clawhold/spec';
import type { CompiledEndpoint, CompiledRule, Grounds } from '../compile/compiled-endpoint.ts';
import type { EndpointMatch } from './match-endpoints.ts';

/** The endpoint that would open it for another program; undefined when the program is not what is in the way. */
export function openForOthers(matches: readonly EndpointMatch[], question: EgressQuestion): Grounds | undefined {
  for (const { layer, forOthers } of matches)
    if (layer.name !== 'ceiling')
      for (const endpoint of forOthers) if (wouldOpen(endpoint, question)) return endpoint.open;
  return undefined;
}

/** The program makes the difference, so the agent and the person are told of it. */
export function otherCallerReason(target: string, { rule }: Grounds, { caller }: EgressQuestion): Reason {
  const who =
    caller.executable === undefined
      ? 'a program whose executable is not known'
      : `the program ${caller.executable}, nor for any that it was started by`;
  return { code: 'no_rule', text: `No rule allows ${target} for ${who}; ${rule.path} is for other programs.` };
}

function wouldOpen({ protocol, rules }: CompiledEndpoint, { operation }: EgressQuestion): boolean {
  if (operation === undefined || protocol === 'tcp') return true;
  const found: CompiledRule[] = [];
  rules.find(operation, found);
  return found.some(({ qualifier }) => qualifier === null || qualifier(operation) === true);
}
