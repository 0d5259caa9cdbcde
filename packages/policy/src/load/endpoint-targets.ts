import type { Endpoint, Target } from '@clawhold/spec';

/** The rules of an endpoint, whether they allow, ask or forbid. */
export function targetsOf(endpoint: Endpoint): readonly Target[] {
  return [...(endpoint.rules ?? []).flatMap(({ allow, ask }) => allow ?? ask ?? []), ...(endpoint.deny_rules ?? [])];
}
