import { type ASTNode, serialize } from '@marcbachmann/cel-js';
import { constantOf } from './constant.ts';
import type { Clause, Literal } from './literal.ts';
import { placeOf } from './place-in-values.ts';

type Order = '<' | '<=' | '>' | '>=' | '==';

interface Bound {
  readonly of: string;
  readonly order: Order;
  readonly amount: number;
  /** A count of things: whole, and none is the least. */
  readonly isCount: boolean;
}

const opposite = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const;
const turned = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==' } as const;

/** Whether an amount is said to be above and below what leaves nothing between. */
export function amountsContradict(clause: Clause): boolean {
  return [...Map.groupBy(clause.flatMap(boundOf), ({ of }) => of).values()].some((bounds) => {
    const isCount = bounds.some((bound) => bound.isCount);
    const ranges = bounds.map(({ order, amount }) => (isCount ? wholeRange(order, amount) : rangeOf(order, amount)));
    const least = Math.max(isCount ? 0 : Number.NEGATIVE_INFINITY, ...ranges.map(([low]) => low));
    const most = Math.min(...ranges.map(([, high]) => high));
    const isOpen = bounds.some(({ order, amount }) => !isCount && amount === least && (order === '<' || order === '>'));
    return least > most || (least === most && isOpen);
  });
}

function rangeOf(order: Order, amount: number): readonly [number, number] {
  return [
    order.startsWith('<') ? Number.NEGATIVE_INFINITY : amount,
    order.startsWith('>') ? Number.POSITIVE_INFINITY : amount,
  ];
}

function wholeRange(order: Order, amount: number): readonly [number, number] {
  const [low, high] = rangeOf(order, amount);
  return [order === '>' ? Math.floor(low) + 1 : Math.ceil(low), order === '<' ? Math.ceil(high) - 1 : Math.floor(high)];
}

/** What a literal says about the amount at a place, or about the size of what is there. */
function boundOf({ atom, answer }: Literal): readonly Bound[] {
  const order = orderOf(atom.op, answer);
  if (order === undefined) return [];
  const [one, other] = atom.args as readonly [ASTNode, ASTNode];
  const [left, right] = [constantOf(one)?.value, constantOf(other)?.value];
  if (typeof right === 'number') return about(one, order, right);
  return typeof left === 'number' ? about(other, turned[order], left) : [];
}

function orderOf(op: ASTNode['op'], answer: boolean): Order | undefined {
  if (op === '<' || op === '<=' || op === '>' || op === '>=') return answer ? op : opposite[op];
  return (op === '==' && answer) || (op === '!=' && !answer) ? '==' : undefined;
}

function about(node: ASTNode, order: Order, amount: number): readonly Bound[] {
  const counted =
    node.op === 'call' && node.args[0] === 'size'
      ? node.args[1][0]
      : node.op === 'rcall' && node.args[0] === 'size'
        ? node.args[1]
        : undefined;
  if (counted !== undefined) return [{ of: `size ${serialize(counted)}`, order, amount, isCount: true }];
  return placeOf(node) === undefined ? [] : [{ of: serialize(node), order, amount, isCount: false }];
}
