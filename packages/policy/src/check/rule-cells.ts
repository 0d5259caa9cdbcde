import type { Endpoint, Target } from '@clawhold/spec';
import { presetTargets } from '../compile/presets.ts';
import { textClasses } from '../space/classes.ts';
import { normalPath } from '../space/shape.ts';

/** A rule of an endpoint, with what it is about. */
export interface CheckedRule {
  readonly list: 'rules' | 'tools' | 'deny_rules' | 'access';
  readonly index: number;
  readonly verdict: 'allow' | 'ask' | 'deny';
  readonly target: Target;
  /** It says more than a method and a path, so it is about a part of its cells only. */
  readonly partial: boolean;
  /** What else it says: rules that differ here are not the same, whatever they are about. */
  readonly besides: string;
  /** Kinds of requests that it is about. Two requests are of one kind when no rule of the endpoint tells them apart. */
  readonly cells: ReadonlySet<string>;
}

/** More patterns in one endpoint are not compared: the kinds of paths that they make may be very many. */
export const comparedPatterns = 64;

/** The rules of an endpoint with what each is about, exactly; undefined when there are too many to compare. */
export function checkedRules(endpoint: Endpoint): readonly CheckedRule[] | undefined {
  const written = writtenRules(endpoint);
  const paths = [...new Set(written.map(({ target }) => target.path ?? '/**'))];
  if (paths.length > comparedPatterns) return undefined;
  const { classes, complete } = textClasses(paths, '/', normalPath);
  if (!complete) return undefined;
  const methods = [...new Set(['GET', 'HEAD', ...written.map(({ target }) => (target.method ?? '*').toUpperCase())])];
  return written.map((rule) => {
    const path = paths.indexOf(rule.target.path ?? '/**');
    const about = methods.filter((method) => isAbout(rule.target.method ?? '*', method));
    const here = classes.flatMap(({ patterns }, at) => (patterns.includes(path) ? [at] : []));
    return { ...rule, cells: new Set(here.flatMap((at) => about.map((method) => `${at} ${method}`))) };
  });
}

/** `*` among the methods stands for every method that no rule names. */
function isAbout(said: string, method: string): boolean {
  const name = said.toUpperCase();
  return name === '*' || name === method || (name === 'GET' && method === 'HEAD');
}

function writtenRules(endpoint: Endpoint): readonly Omit<CheckedRule, 'cells'>[] {
  const isHttp = ({ operation_type: type }: Target): boolean => type === undefined;
  const partial = (target: Target): boolean =>
    Object.keys(target).some((key) => key !== 'method' && key !== 'path' && Reflect.get(target, key) !== undefined);
  const access = presetTargets(endpoint).filter(isHttp);
  return [
    ...access.map((target) => ({
      list: 'access' as const,
      index: 0,
      verdict: 'allow' as const,
      target,
      partial: false,
      besides: '{}',
    })),
    ...(endpoint.rules ?? []).flatMap(({ allow, ask, ...besides }, index) => {
      const target = allow ?? ask;
      if (target === undefined || !isHttp(target)) return [];
      const verdict = allow === undefined ? ('ask' as const) : ('allow' as const);
      return [
        { list: 'rules' as const, index, verdict, target, partial: partial(target), besides: JSON.stringify(besides) },
      ];
    }),
    ...(endpoint.deny_rules ?? []).flatMap((target, index) =>
      isHttp(target)
        ? [
            {
              list: 'deny_rules' as const,
              index,
              verdict: 'deny' as const,
              target,
              partial: partial(target),
              besides: '{}',
            },
          ]
        : [],
    ),
  ];
}

/** Whether the second has all of the first. */
export function isWithin<Cell>(cells: ReadonlySet<Cell>, others: ReadonlySet<Cell>): boolean {
  return cells.size <= others.size && [...cells].every((cell) => others.has(cell));
}
