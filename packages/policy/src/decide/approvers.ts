import type { Approvers, Decision } from '@clawhold/spec';

/** Anybody who may answer at all. */
const onePerson: Approvers = Object.freeze({ count: 1, excludeRequester: false });

/** Who must agree to what was asked about; of several decisions about one action the sum of their demands. */
export function approversOf(...decisions: readonly Pick<Decision, 'obligations'>[]): Approvers {
  return decisions
    .flatMap(({ obligations }) => obligations)
    .filter((obligation) => obligation.kind === 'approvers')
    .reduce<Approvers>(both, onePerson);
}

/** Who must agree so that both are content. */
export function both(one: Approvers, other: Approvers): Approvers {
  return {
    count: Math.max(one.count, other.count),
    excludeRequester: one.excludeRequester || other.excludeRequester,
  };
}

/** Whether the agreement of the one is also the agreement of the other. */
export function isEnough(given: Approvers, needed: Approvers): boolean {
  return given.count >= needed.count && (given.excludeRequester || !needed.excludeRequester);
}
