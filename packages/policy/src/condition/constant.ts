import type { ASTNode } from '@marcbachmann/cel-js';

/** A text, number, truth value or null as JSON has them. */
export interface Constant {
  readonly value: string | number | boolean | null;
}

/** What a node spells out; undefined of everything else, of unsigned numbers too, and of numbers that JSON does not hold. */
export function constantOf(node: ASTNode): Constant | undefined {
  if (node.op === '-_') {
    const inner = constantOf(node.args)?.value;
    return typeof inner === 'number' ? { value: -inner } : undefined;
  }
  if (node.op !== 'value') return undefined;
  const { args } = node;
  if (typeof args === 'bigint') return Number.isSafeInteger(Number(args)) ? { value: Number(args) } : undefined;
  if (typeof args === 'number') return Number.isFinite(args) ? { value: args } : undefined;
  return typeof args === 'string' || typeof args === 'boolean' || args === null ? { value: args } : undefined;
}
