import type { ASTNode } from '@marcbachmann/cel-js';
import { nodesIn } from './condition.ts';

/** Where an expression looks: `args.to.name` is `['args', 'to', 'name']`. */
export type PlaceInValues = readonly string[];

/** The place that a node is, by names only; undefined of everything else. */
export function placeOf(node: ASTNode): PlaceInValues | undefined {
  if (node.op === 'id') return [node.args];
  const key = node.op === '.' ? node.args[1] : node.op === '[]' ? textOf(node.args[1]) : undefined;
  const above = (node.op === '.' || node.op === '[]') && key !== undefined ? placeOf(node.args[0]) : undefined;
  return above === undefined || key === undefined ? undefined : [...above, key];
}

function textOf(node: ASTNode): string | undefined {
  return node.op === 'value' && typeof node.args === 'string' ? node.args : undefined;
}

/** All places that a node looks at, each as far as it is spelt out; the names of its loops are among them. */
export function placesIn(node: ASTNode): readonly PlaceInValues[] {
  const place = placeOf(node);
  return place === undefined ? nodesIn(node.args).flatMap(placesIn) : [place];
}

const loops: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/** The places without which a node has no answer, whatever else is there. */
export function neededPlaces(node: ASTNode): readonly PlaceInValues[] {
  const place = placeOf(node);
  if (place !== undefined) return [place];
  if (node.op === '&&' || node.op === '||' || node.op === '?:') return [];
  if (node.op === 'call' && node.args[0] === 'has') {
    const asked = node.args[1][0] === undefined ? undefined : placeOf(node.args[1][0]);
    return asked === undefined ? [] : [asked.slice(0, -1)];
  }
  if (node.op === 'rcall' && loops.has(node.args[0])) return neededPlaces(node.args[1]);
  return nodesIn(node.args).flatMap(neededPlaces);
}

export function isWithinPlace(place: PlaceInValues, outer: PlaceInValues): boolean {
  return outer.length <= place.length && outer.every((part, at) => part === place[at]);
}

export function samePlace(one: PlaceInValues, other: PlaceInValues): boolean {
  return one.length === other.length && isWithinPlace(one, other);
}

/** Values in which something stands at this place and nothing else. */
export function valuesWith(place: PlaceInValues, value: unknown): Readonly<Record<string, unknown>> {
  const [last, ...above] = [...place].toReversed();
  const innermost = Object.fromEntries([[last ?? '', value]]);
  return above.reduce<Record<string, unknown>>((inner, key) => Object.fromEntries([[key, inner]]), innermost);
}
