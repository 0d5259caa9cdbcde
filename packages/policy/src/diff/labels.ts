import { confidentialityLevels, type FlowRule, integrityLevels, type Label, type Parameter } from '@clawhold/spec';
import type { Snapshot } from '../compile/snapshot.ts';
import { ordinaryData } from '../space/request-space.ts';

/** One label of what leaves for every way in which these policies can tell two of them apart. */
export function labelsOfData(snapshots: readonly Snapshot[]): readonly Label[] {
  const flows = conditionsOf(snapshots).filter(({ to }) => to.parameter === undefined);
  const forbidden = documentsOf(snapshots)
    .flatMap((document) => Object.values(document.network_policies ?? {}))
    .flatMap(({ endpoints }) => endpoints.flatMap(({ request }) => request?.forbid ?? []))
    .filter((content) => content === 'internal' || content === 'secret');
  return labels(
    flows.flatMap(({ from }) => from.integrity ?? []),
    [...flows.flatMap(({ from }) => from.confidentiality ?? []), ...forbidden],
  );
}

/** Every label: conditions of routes may look at any part of it. */
export function labelsOfModelRequests(snapshots: readonly Snapshot[]): readonly Label[] {
  const hasRoutes = documentsOf(snapshots).some(({ inference }) => (inference?.routes ?? []).length > 0);
  return hasRoutes ? labels(integrityLevels, confidentialityLevels) : labelsOfData(snapshots);
}

/** No value, and one of each role and label that rules about values tell apart. */
export function parametersToTry(snapshots: readonly Snapshot[]): readonly (readonly Parameter[])[] {
  const flows = conditionsOf(snapshots);
  const roles = new Set(flows.flatMap(({ to }) => to.parameter ?? []));
  return [
    [],
    ...[...roles].flatMap((role) => {
      const own = flows.filter(({ to }) => to.parameter === role);
      const tried = labels(
        own.flatMap(({ from }) => from.integrity ?? []),
        own.flatMap(({ from }) => from.confidentiality ?? []),
      );
      return tried.map((label) => [{ name: role, role, value: 'x', label }]);
    }),
  ];
}

type FlowCondition = NonNullable<FlowRule['ask']>;

function conditionsOf(snapshots: readonly Snapshot[]): readonly Pick<FlowCondition, 'from' | 'to'>[] {
  return snapshots.flatMap(({ flows }) => flows.map(({ condition }) => condition));
}

function documentsOf(snapshots: readonly Snapshot[]) {
  return snapshots.flatMap(({ documents }) => Object.values(documents).filter((document) => document !== undefined));
}

/** A rule matches its level and those above: one of each stretch between two levels stands for it, the ordinary one first. */
function labels(
  integrity: readonly Label['integrity'][],
  confidentiality: readonly Label['confidentiality'][],
): Label[] {
  return stretches(integrityLevels, ordinaryData.integrity, integrity).flatMap((one) =>
    stretches(confidentialityLevels, ordinaryData.confidentiality, confidentiality).map((other) => ({
      ...ordinaryData,
      integrity: one,
      confidentiality: other,
    })),
  );
}

function stretches<Level extends string>(levels: readonly Level[], ordinary: Level, named: readonly Level[]): Level[] {
  const begins = levels.filter((level, at) => at === 0 || named.includes(level));
  return begins
    .map((begin, at) => {
      const next = begins[at + 1];
      const stretch = levels.slice(levels.indexOf(begin), next === undefined ? undefined : levels.indexOf(next));
      return stretch.includes(ordinary) ? ordinary : begin;
    })
    .toSorted((one, other) => Number(other === ordinary) - Number(one === ordinary));
}
