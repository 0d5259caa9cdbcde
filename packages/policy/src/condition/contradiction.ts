import { confidentialityLevels, integrityLevels } from '@clawhold/spec';
import { type ASTNode, serialize } from '@marcbachmann/cel-js';
import { amountsContradict } from './amounts.ts';
import { type ConditionScope, compileCondition } from './condition.ts';
import { constantOf } from './constant.ts';
import type { Clause, Literal } from './literal.ts';
import {
  isWithinPlace,
  neededPlaces,
  type PlaceInValues,
  placeOf,
  placesIn,
  samePlace,
  valuesWith,
} from './place-in-values.ts';

/** Whether no values at all make every literal give its answer. False says nothing: it is not sought everywhere. */
export function isContradictory(clause: Clause, scope: ConditionScope): boolean {
  return (
    saysBoth(clause) ||
    clause.some((literal) => isRefuted(literal, scope)) ||
    isMissingAndNeeded(clause) ||
    amountsContradict(clause) ||
    endsContradict(clause) ||
    placesWithFewValues(clause, scope).some(({ place, values }) => !values.some(fitsAll(place, clause, scope)))
  );
}

function saysBoth(clause: Clause): boolean {
  const answers = new Map<string, boolean>();
  return clause.some(({ atom, answer: wanted }) => {
    // `a != b` is true where `a == b` is false.
    const isUnequal = atom.op === '!=';
    const answer = wanted !== isUnequal;
    const key = isUnequal ? serialize({ ...atom, op: '==' } as ASTNode) : serialize(atom);
    const before = answers.get(key) ?? answer;
    answers.set(key, answer);
    return before !== answer;
  });
}

/** A literal without anything that could vary. */
function isRefuted({ atom, answer }: Literal, scope: ConditionScope): boolean {
  if (looksAt(atom, scope).length > 0) return false;
  const compiled = compileCondition(serialize(atom), scope);
  return compiled.kind === 'ok' && compiled.condition.holds({}) !== answer;
}

const roots: Readonly<Record<ConditionScope, readonly string[]>> = {
  arguments: ['args'],
  tool: ['args', 'command'],
  labels: ['labels'],
};

/** The places that a node looks at, without the names of its loops: what they stand for is looked at elsewhere. */
function looksAt(node: ASTNode, scope: ConditionScope): readonly PlaceInValues[] {
  return placesIn(node).filter(([root = '']) => roots[scope].includes(root));
}

/** What is said not to be there has no value that could be compared. */
function isMissingAndNeeded(clause: Clause): boolean {
  const missing = clause.flatMap(({ atom, answer }): readonly PlaceInValues[] => {
    const [asked] = atom.op === 'call' && atom.args[0] === 'has' ? atom.args[1] : [];
    const place = answer || asked === undefined ? undefined : placeOf(asked);
    return place === undefined ? [] : [place];
  });
  return missing.some((place) =>
    clause.some(({ atom }) => neededPlaces(atom).some((needed) => isWithinPlace(needed, place))),
  );
}

/** Two beginnings, or two ends, of one text. */
function endsContradict(clause: Clause): boolean {
  const said = clause.flatMap(({ atom, answer }) => {
    if (!answer || atom.op !== 'rcall') return [];
    const [which, of, [text]] = atom.args;
    const spelt = text === undefined ? undefined : constantOf(text)?.value;
    if ((which !== 'startsWith' && which !== 'endsWith') || typeof spelt !== 'string') return [];
    return [{ which, of: serialize(of), spelt }];
  });
  return said.some((one) =>
    said.some(
      (other) =>
        one.which === other.which &&
        one.of === other.of &&
        !(one.which === 'startsWith' ? begins(one.spelt, other.spelt) : ends(one.spelt, other.spelt)),
    ),
  );
}

function begins(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

function ends(one: string, other: string): boolean {
  return one.endsWith(other) || other.endsWith(one);
}

interface FewValues {
  readonly place: PlaceInValues;
  readonly values: readonly unknown[];
}

/** Places whose value is one of a list, by what a literal says or by what the scope is. */
function placesWithFewValues(clause: Clause, scope: ConditionScope): readonly FewValues[] {
  const known =
    scope === 'labels'
      ? [
          { place: ['labels', 'integrity'], values: integrityLevels },
          { place: ['labels', 'confidentiality'], values: confidentialityLevels },
        ]
      : [];
  return [...known, ...clause.flatMap(fewValues)];
}

function fewValues({ atom, answer }: Literal): readonly FewValues[] {
  const bare = placeOf(atom);
  if (bare !== undefined) return [{ place: bare, values: [answer] }];
  if (atom.op === 'in' && answer && atom.args[1].op === 'list') return listed(atom.args[0], atom.args[1].args);
  const isEqual = (atom.op === '==' && answer) || (atom.op === '!=' && !answer);
  if (!isEqual) return [];
  const [one, other] = atom.args;
  return [...listed(one, [other]), ...listed(other, [one])];
}

function listed(node: ASTNode, texts: readonly ASTNode[]): readonly FewValues[] {
  const place = placeOf(node);
  const constants = texts.map(constantOf);
  if (place === undefined || constants.includes(undefined)) return [];
  // Zero is written in two ways, which a division tells apart.
  return [{ place, values: constants.flatMap((one) => (one?.value === 0 ? [0, -0] : [one?.value])) }];
}

/** Whether a value at a place gives all literals that look at nothing else the answers that are asked of them. */
function fitsAll(place: PlaceInValues, clause: Clause, scope: ConditionScope): (value: unknown) => boolean {
  const about = clause.filter(({ atom }) => {
    const places = looksAt(atom, scope);
    return places.length > 0 && places.every((looked) => samePlace(looked, place));
  });
  const asked = about.flatMap(({ atom, answer }) => {
    const compiled = compileCondition(serialize(atom), scope);
    return compiled.kind === 'ok' ? [{ condition: compiled.condition, answer }] : [];
  });
  return (value) => asked.every(({ condition, answer }) => condition.holds(valuesWith(place, value)) === answer);
}
