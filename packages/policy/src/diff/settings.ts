import type { Endpoint, ModelPrice, PolicyDocument } from '@clawhold/spec';
import { canonicalJson } from '../compile/digest.ts';
import type { Snapshot } from '../compile/snapshot.ts';
import type { Limits } from '../space/limits.ts';
import { type Change, type Divergence, divergence } from './change.ts';
import { labelled } from './labelled.ts';

/** What a policy opens and closes beside its answers to single questions. */
export function settingChanges(before: Snapshot, after: Snapshot, limits: Limits): readonly Change[] {
  const changes: Change[] = [];
  const note = (what: string, path: string, found: Divergence | undefined): void => {
    const rules = { before: ruleOf(before, path), after: ruleOf(after, path) };
    if (found !== undefined) changes.push({ ...found, what, question: null, rules, alike: 1 });
  };
  const more = (one: number, other: number): boolean => one <= other;

  for (const { what, path, labels } of labelled([before, after], limits)) {
    const isWithin = (one: readonly string[], other: readonly string[]): boolean =>
      other.every((label) => one.includes(label));
    note(
      what,
      path,
      divergence(labels(before), labels(after), isWithin, (list) => list.join(', ') || 'no label'),
    );
  }
  note(
    'time to answer a question',
    'approvals.expire',
    divergence(waits(before), waits(after), more, (seconds) =>
      seconds === Number.POSITIVE_INFINITY ? 'as the installation says' : `${seconds} seconds`,
    ),
  );
  note(
    'letting pass what no rule allows, to learn from it',
    'learn.expires',
    divergence(before.learnsUntil ?? 0, after.learnsUntil ?? 0, more, (until) =>
      until === 0 ? 'never' : `until ${new Date(until).toISOString()}`,
    ),
  );
  note(
    'what programs may ask of the kernel',
    'process.system_calls',
    divergence(before.systemCalls, after.systemCalls, isContained, (profiles) => ['the base', ...profiles].join(', ')),
  );
  const patterns = (list: readonly string[]): string => list.join(', ') || 'none';
  note(
    'secrets of the task folder that are shown',
    'task_secrets.show',
    divergence(before.taskSecrets.show, after.taskSecrets.show, isContained, patterns),
  );
  note(
    'files of the task folder that are hidden beside its secrets',
    'task_secrets.hide',
    divergence(before.taskSecrets.hide, after.taskSecrets.hide, (one, other) => isContained(other, one), patterns),
  );
  const [was, is] = [before.documents.ceiling, after.documents.ceiling];
  for (const [path, read] of given) {
    const [old, now] = [read(was), read(is)];
    for (const entry of now)
      if (!old.includes(entry)) note(entry, path, { direction: 'opens', before: 'not there', after: 'there' });
    for (const entry of old)
      if (!now.includes(entry)) note(entry, path, { direction: 'closes', before: 'there', after: 'not there' });
  }
  for (const model of new Set([...Object.keys(pricesOf(was)), ...Object.keys(pricesOf(is))]))
    note(
      `a million tokens of ${model}`,
      'inference.prices',
      divergence(pricesOf(was)[model], pricesOf(is)[model], isDearer, (price) =>
        price === undefined ? 'without a price' : `${price.input} USD in, ${price.output} USD out`,
      ),
    );
  return changes;
}

function isContained(one: readonly string[], other: readonly string[]): boolean {
  return one.every((entry) => other.includes(entry));
}

/** What a ceiling alone can give, an entry each. */
const given: readonly (readonly [string, (ceiling: PolicyDocument | undefined) => readonly string[]])[] = [
  [
    'services',
    (ceiling) =>
      Object.entries(ceiling?.services ?? {}).map(
        ([name, { port, socket }]) => `the service ${name} at ${socket ?? `port ${port}`} of this machine`,
      ),
  ],
  [
    'inference.servers',
    (ceiling) =>
      (ceiling?.inference?.servers ?? []).map(
        ({ host, port, addresses = [host] }) => `a model server at ${host}:${port} (${addresses.join(', ')})`,
      ),
  ],
  [
    'proposals.auto_approve',
    ({ proposals } = { version: 1 }) => {
      const automatic = proposals?.auto_approve;
      if (automatic === undefined) return [];
      const { within = [], expire, uses } = automatic;
      const hosts = within.map(placeOf).join(', ') || 'what passes already';
      return [`rules taken without a person, within ${hosts}, for ${expire} seconds and ${uses} uses`];
    },
  ],
];

/** An endpoint that is opened whole by its host, any other with all that it says. */
function placeOf({ host, ...more }: Endpoint): string {
  const said = canonicalJson(more);
  return said === '{"port":443}' ? host : `${host} ${said}`;
}

/** A price that is not there refuses, and one that is higher uses a budget up sooner. */
function isDearer(one: ModelPrice | undefined, other: ModelPrice | undefined): boolean {
  if (one === undefined || other === undefined) return one === undefined;
  return one.input >= other.input && one.output >= other.output;
}

function pricesOf(ceiling: PolicyDocument | undefined): Readonly<Record<string, ModelPrice>> {
  return ceiling?.inference?.prices ?? {};
}

function waits({ approvalSeconds }: Snapshot): number {
  return approvalSeconds ?? Number.POSITIVE_INFINITY;
}

function ruleOf({ documents }: Snapshot, path: string): readonly string[] {
  const [section = ''] = path.split('.');
  return Object.entries(documents).flatMap(([layer, document]) =>
    document !== undefined && section in document ? [`${layer}: ${path}`] : [],
  );
}
