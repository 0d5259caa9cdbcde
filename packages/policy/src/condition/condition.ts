import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { plainValues } from './plain-values.ts';

/** What a condition may look at: `args`; for tools also `command`; for routes `labels`. */
export type ConditionScope = 'arguments' | 'tool' | 'labels';

/** A compiled CEL expression. */
export interface Condition {
  readonly source: string;
  /**
   * True or false; undefined when there is no answer: a value that is missing, of another type, too large to look at, or read
   * in another way by some program.
   */
  holds(values: Readonly<Record<string, unknown>>): boolean | undefined;
}

export type ConditionResult =
  | { readonly kind: 'ok'; readonly condition: Condition }
  | { readonly kind: 'refused'; readonly reason: string };

const maximumLength = 1_024;
const maximumLoopDepth = 2;
const limits = { maxAstNodes: 256, maxDepth: 24, maxListElements: 100, maxMapEntries: 20 };

const environments: Readonly<Record<ConditionScope, Environment>> = {
  arguments: new Environment({ limits }).registerVariable('args', 'dyn'),
  tool: new Environment({ limits }).registerVariable('args', 'dyn').registerVariable('command', 'dyn'),
  labels: new Environment({ limits }).registerVariable('labels', 'dyn'),
};

/**
 * Compiles an expression of the Common Expression Language. It always ends: the language has no recursion, the size of
 * an expression, the depth of its loops and what it looks at are bounded, and regular expressions are refused, because
 * one can be written that takes for ever.
 */
export function compileCondition(source: string, scope: ConditionScope): ConditionResult {
  if (source.length > maximumLength) return refused(`A condition has at most ${maximumLength} characters.`);
  try {
    const parsed = environments[scope].parse(source);
    const problem = structuralProblem(parsed.ast);
    if (problem !== undefined) return refused(problem);
    const { valid, type, error } = parsed.check();
    if (!valid) return refused(`This is no condition: ${firstLine(error)}`);
    if (type !== 'bool' && type !== 'dyn')
      return refused(`A condition is true or false; this one gives ${type ?? 'something else'}.`);
    const arePlain = plainValues(new Set(namesIn(parsed.ast)));
    return {
      kind: 'ok',
      condition: Object.freeze({ source, holds: (values: Values) => answer(parsed, arePlain, values) }),
    };
  } catch (error) {
    return refused(`This is no condition: ${firstLine(error)}`);
  }
}

/** The tree of an expression that compiles; undefined of any other. */
export function parseCondition(source: string, scope: ConditionScope): ASTNode | undefined {
  return compileCondition(source, scope).kind === 'ok' ? environments[scope].parse(source).ast : undefined;
}

type Values = Readonly<Record<string, unknown>>;

function answer(
  evaluate: (values: Values) => unknown,
  arePlain: (values: unknown) => boolean,
  values: Values,
): boolean | undefined {
  if (!arePlain(Object.values(values))) return undefined;
  try {
    const result = evaluate(values);
    return typeof result === 'boolean' ? result : undefined;
  } catch {
    return undefined;
  }
}

const loops: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

function structuralProblem(node: ASTNode, depth = 0): string | undefined {
  const called = node.op === 'call' || node.op === 'rcall' ? node.args[0] : undefined;
  if (called === 'matches')
    return 'A regular expression can run for ever; use startsWith, endsWith, contains, or a list with `in`.';
  const inner = called !== undefined && loops.has(called) ? depth + 1 : depth;
  if (inner > maximumLoopDepth) return `A condition has at most ${maximumLoopDepth} loops inside each other.`;
  for (const child of nodesIn(node.args)) {
    const problem = structuralProblem(child, inner);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Keys that an expression names: `args.key`, `args['key']`, `'key' in args`. */
function namesIn(node: ASTNode): readonly string[] {
  const inner = nodesIn(node.args).flatMap(namesIn);
  if (node.op === '.' || node.op === '.?') return [String(node.args[1]), ...inner];
  const key = node.op === '[]' || node.op === '[?]' ? node.args[1] : node.op === 'in' ? node.args[0] : undefined;
  return key?.op === 'value' && typeof key.args === 'string' ? [key.args, ...inner] : inner;
}

/** The nodes among the operands of another. */
export function nodesIn(value: unknown): readonly ASTNode[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  // Nodes are the only objects among the operands that have an operator.
  return typeof value === 'object' && value !== null && 'op' in value ? [value as ASTNode] : [];
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
  return `${text.replace(/\.$/, '')}.`;
}

function refused(reason: string): ConditionResult {
  return { kind: 'refused', reason };
}
