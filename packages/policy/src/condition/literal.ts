import type { ASTNode } from '@marcbachmann/cel-js';

/** A comparison or call of an expression, and the answer that is asked of it. */
export interface Literal {
  readonly atom: ASTNode;
  readonly answer: boolean;
}

/** What has to hold together. */
export type Clause = readonly Literal[];

const mostClauses = 64;

/**
 * The ways in which an expression gives this answer: in each, all of its literals give theirs. Of `&&`, `||` and `?:` an operand
 * without an answer counts only where it cannot change the result, and `true` and `false` of one literal exclude each other, so
 * where every way contradicts itself there is no such answer. Undefined: there are too many.
 */
export function waysTo(answer: boolean, node: ASTNode): readonly Clause[] | undefined {
  switch (node.op) {
    case '!_':
      return waysTo(!answer, node.args);
    case '&&':
    case '||':
      return (node.op === '&&') === answer
        ? both(waysTo(answer, node.args[0]), waysTo(answer, node.args[1]))
        : either(waysTo(answer, node.args[0]), waysTo(answer, node.args[1]));
    case '?:': {
      const [when, then, otherwise] = node.args;
      return either(
        both(waysTo(true, when), waysTo(answer, then)),
        both(waysTo(false, when), waysTo(answer, otherwise)),
      );
    }
    default:
      return [[{ atom: node, answer }]];
  }
}

type Ways = readonly Clause[] | undefined;

function either(one: Ways, other: Ways): Ways {
  if (one === undefined || other === undefined) return undefined;
  return one.length + other.length > mostClauses ? undefined : [...one, ...other];
}

function both(one: Ways, other: Ways): Ways {
  if (one === undefined || other === undefined || one.length * other.length > mostClauses) return undefined;
  return one.flatMap((clause) => other.map((second) => [...clause, ...second]));
}
