import type { Approvers, Decision, ForbiddenContent, Obligation, Question } from '@clawhold/spec';
import type { Snapshot } from '../compile/snapshot.ts';
import { approversOf, isEnough } from '../decide/approvers.ts';
import { requestTerms, takenOut } from '../decide/request-terms.ts';
import { type Divergence, divergence } from './change.ts';

/** A question that a policy does not refuse, and what it says. */
export interface Passage {
  readonly question: Question;
  readonly decision: Decision;
  readonly snapshot: Snapshot;
}

type Comparison = (before: Passage, after: Passage) => Divergence | undefined;
type Of<Kind extends Obligation['kind']> = Extract<Obligation, { kind: Kind }>;

/** What lets through on other terms than before something that passes under both, a comparison each. */
export function divergentTerms(before: Passage, after: Passage): readonly Divergence[] {
  if (demanded(before) === demanded(after)) return [];
  return comparisons.map((compare) => compare(before, after)).filter((found) => found !== undefined);
}

const all = <Kind extends Obligation['kind']>({ decision }: Passage, kind: Kind): readonly Of<Kind>[] =>
  decision.obligations.filter((obligation): obligation is Of<Kind> => obligation.kind === kind);

/** The same text: the same terms. Most questions have them, and a text is compared faster than each of them. */
function demanded(passage: Passage): string {
  return JSON.stringify([passage.decision.obligations, takenFrom(passage), watchedFor(passage)]);
}

/** The more is demanded the less passes. */
function demands(read: (passage: Passage) => readonly string[], say: (list: string) => string): Comparison {
  const isWithin = (one: readonly string[], other: readonly string[]): boolean =>
    other.every((demand) => one.includes(demand));
  return (before, after) =>
    divergence(distinct(read(before)), distinct(read(after)), isWithin, (list) => say(list.join(', ') || 'nothing'));
}

/** Each list allows what is in it, and several what is in all of them; without one everything is. */
function allowances(
  read: (passage: Passage) => readonly (readonly string[])[],
  say: (list: string) => string,
): Comparison {
  const isWithin = (one: readonly (readonly string[])[], other: readonly (readonly string[])[]): boolean =>
    other.every((list) => one.some((narrow) => narrow.every((entry) => list.includes(entry))));
  return (before, after) =>
    divergence(read(before), read(after), isWithin, (lists) =>
      say(lists.length === 0 ? 'any' : lists.map((list) => list.join(', ')).join(' and ')),
    );
}

/** The more the amount the more passes; without one there is no end. */
function bound(read: (passage: Passage) => readonly number[], say: (amount: string) => string): Comparison {
  const least = (passage: Passage): number => Math.min(Number.POSITIVE_INFINITY, ...read(passage));
  return (before, after) =>
    divergence(
      least(before),
      least(after),
      (one, other) => one <= other,
      (amount) => say(amount === Number.POSITIVE_INFINITY ? 'any number of' : `at most ${amount}`),
    );
}

const caps = (direction: Of<'cap'>['direction']): Comparison =>
  bound(
    (passage) => all(passage, 'cap').flatMap((cap) => (cap.direction === direction ? cap.bytes : [])),
    (amount) => `${amount} bytes of ${direction}`,
  );

/** What the decision itself has looked at; of what comes back no such label is known. */
const judgedByLabel: Readonly<Record<Of<'forbid'>['direction'], readonly ForbiddenContent[]>> = {
  request: ['internal', 'secret'],
  response: ['internal'],
};

const forbidden = (direction: Of<'forbid'>['direction']): Comparison =>
  demands(
    (passage) =>
      all(passage, 'forbid').flatMap((one) =>
        one.direction === direction
          ? one.contents.filter((content) => !judgedByLabel[direction].includes(content))
          : [],
      ),
    (list) => `${list} forbidden in the ${direction}`,
  );

const comparisons: readonly Comparison[] = [
  (before, after) => {
    if (before.decision.kind !== 'ask') return undefined;
    const [was, is] = [approversOf(before.decision), approversOf(after.decision)];
    return divergence(was, is, isEnough, sayPeople);
  },
  caps('request'),
  caps('response'),
  bound(
    (passage) => all(passage, 'inspect').flatMap(({ bytes }) => bytes ?? []),
    (amount) => `${amount} bytes of a message`,
  ),
  bound(
    (passage) => bursts(passage).map(({ limit }) => limit),
    (amount) => `${amount} calls in a row`,
  ),
  allowances(
    (passage) => all(passage, 'addresses').map(({ allowed }) => allowed),
    (list) => `to the addresses ${list}`,
  ),
  allowances(
    (passage) => all(passage, 'content_types').map(({ allowed }) => allowed),
    (list) => `answers of type ${list}`,
  ),
  forbidden('request'),
  forbidden('response'),
  demands(watchedFor, (list) => `${list} looked at for where it goes`),
  demands(
    (passage) =>
      all(passage, 'inspect').flatMap(({ protocol, anyToolName }) =>
        protocol === 'mcp' && anyToolName !== true ? ['the usual letters'] : [],
      ),
    (list) => `names of tools in ${list === 'nothing' ? 'whatever letters' : list}`,
  ),
  demands(takenFrom, (list) => `${list} taken out of bodies`),
  demands(
    (passage) => all(passage, 'redact').flatMap(({ what }) => what),
    (list) => `${list} taken out for the model`,
  ),
  demands(
    (passage) =>
      all(passage, 'pin_tool_descriptions').flatMap(({ list, path }) => [
        `descriptions pinned at ${path}`,
        ...(list === 'closed' ? ['new ones withheld'] : []),
      ]),
    (list) => `tools with ${list === 'nothing' ? 'whatever description' : list}`,
  ),
  demands(
    (passage) =>
      all(passage, 'label_response').flatMap(({ integrity, confidentiality }) => [
        ...(integrity === 'external' ? ['the words of strangers'] : []),
        ...(confidentiality === undefined ? [] : [confidentiality]),
      ]),
    (list) => `answers taken for ${list === 'nothing' ? 'the company’s own' : list}`,
  ),
  // A credential is something to give away: without one less is open.
  (before, after) => {
    const [was, is] = [before, after].map((passage) => all(passage, 'credential').map((one) => JSON.stringify(one)));
    const isWithin = (one: readonly string[] = [], other: readonly string[] = []): boolean =>
      one.every((given) => other.includes(given));
    return divergence(was, is, isWithin, (given = []) => sayCredentials(given.length, before, after));
  },
];

function sayPeople({ count, excludeRequester }: Approvers): string {
  const people = count === 1 ? 'one person' : `${count} people`;
  return `${people}${excludeRequester ? ', not whoever started the run' : ''}`;
}

function sayCredentials(count: number, ...passages: readonly Passage[]): string {
  const providers = distinct(
    passages.flatMap((passage) => all(passage, 'credential').map(({ provider }) => provider ?? 'any provider')),
  );
  return count === 0 ? 'without a credential' : `with a credential (${providers.join(', ')})`;
}

/** How often a call may be made in a row is reserved with it. */
function bursts(passage: Passage): readonly Of<'reserve'>[] {
  return all(passage, 'reserve').filter(({ counter }) => counter.startsWith('burst/'));
}

function takenFrom({ question, snapshot }: Passage): readonly string[] {
  return question.kind === 'egress' ? takenOut(question.host, snapshot) : [];
}

/** The values of a request at which flow rules about destinations look, where there are any. */
function watchedFor({ question, snapshot }: Passage): readonly string[] {
  if (question.kind !== 'egress' || question.operation === undefined) return [];
  const looks = snapshot.flows.some(({ condition }) => condition.to.parameter === 'destination');
  return looks ? requestTerms(question, snapshot).destinations : [];
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)].toSorted();
}
