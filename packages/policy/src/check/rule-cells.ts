import type { Endpoint } from '@clawhold/spec';
import { textClasses } from '../space/classes.ts';
import { pathsAt } from '../space/shape.ts';
import type { Neighbour } from './neighbours.ts';
import { isAboutMessages, type WrittenRule, writtenRules } from './written-rules.ts';

/** A rule that is asked at an endpoint, with what it is about. */
export interface CheckedRule extends WrittenRule {
  /** Kinds of requests that it is about. Two requests are of one kind when no rule of the endpoint tells them apart. */
  readonly cells: ReadonlySet<string>;
  /** Why there are none: no request is so, none of its paths is the endpoint's, or a more specific endpoint decides. */
  readonly fate: 'some' | 'unmatchable' | 'outside' | 'taken';
}

/** More patterns in one endpoint are not compared: the kinds of paths that they make may be very many. */
export const comparedPatterns = 64;

/**
 * The rules of an endpoint about methods and paths, and those of its neighbours, with what each is about, exactly;
 * undefined when there are too many to compare.
 */
export function checkedRules(endpoint: Endpoint, others: readonly Neighbour[]): readonly CheckedRule[] | undefined {
  const written = writtenRules(endpoint, others).filter((rule) => !isAboutMessages(rule));
  const everywhere = '/**';
  const own = endpoint.path ?? everywhere;
  const takes = others.flatMap((other) => other.takes);
  const within = (rule: WrittenRule): string =>
    rule.elsewhere === null ? own : (rule.elsewhere.endpoint.path ?? everywhere);
  const about = (rule: WrittenRule): string => rule.target.path ?? everywhere;
  const paths = [...new Set([own, ...takes, ...written.flatMap((rule) => [about(rule), within(rule)])])];
  if (paths.length > comparedPatterns) return others.length === 0 ? undefined : checkedRules(endpoint, []);
  const { classes, complete } = textClasses(paths, '/', pathsAt([endpoint]));
  if (!complete) return others.length === 0 ? undefined : checkedRules(endpoint, []);
  // What the pattern matches of the classes; `/**` and `**` are everything.
  const matching = (pattern: string): ReadonlySet<number> => {
    const at = paths.indexOf(pattern);
    return new Set(classes.flatMap(({ patterns }, index) => (patterns.includes(at) ? [index] : [])));
  };
  const here = matching(own);
  const taken = new Set(takes.flatMap((pattern) => [...matching(pattern)]));
  const methods = [...new Set(['GET', 'HEAD', ...written.map(({ target }) => (target.method ?? '*').toUpperCase())])];
  return written.map((rule) => {
    const meant = [...matching(about(rule))];
    const met = meant.filter((at) => here.has(at) && matching(within(rule)).has(at));
    const decided = rule.verdict === 'deny' ? met : met.filter((at) => !taken.has(at));
    const said = methods.filter((method) => isAbout(rule.target.method ?? '*', method));
    return {
      ...rule,
      cells: new Set(decided.flatMap((at) => said.map((method) => `${at} ${method}`))),
      fate: meant.length === 0 ? 'unmatchable' : met.length === 0 ? 'outside' : decided.length === 0 ? 'taken' : 'some',
    };
  });
}

/** `*` among the methods stands for every method that no rule names. */
function isAbout(said: string, method: string): boolean {
  const name = said.toUpperCase();
  return name === '*' || name === method || (name === 'GET' && method === 'HEAD');
}

/** Whether the second has all of the first. */
export function isWithin<Cell>(cells: ReadonlySet<Cell>, others: ReadonlySet<Cell>): boolean {
  return cells.size <= others.size && [...cells].every((cell) => others.has(cell));
}
