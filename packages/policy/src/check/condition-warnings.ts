import type { Endpoint, PolicyDocument } from '@clawhold/spec';
import { answersOf } from '../condition/answers.ts';
import type { ConditionScope } from '../condition/condition.ts';
import type { WarningFinding } from './warning.ts';

interface WrittenCondition {
  readonly source: string | undefined;
  readonly scope: ConditionScope;
  readonly path: WarningFinding['path'];
  /** What the rule does when it holds. */
  readonly verb: 'allows' | 'asks about' | 'forbids' | 'is taken for';
}

/** Conditions that say the same whatever the values are. */
export function conditionWarnings(document: PolicyDocument): readonly WarningFinding[] {
  return conditionsOf(document).flatMap(({ source, scope, path, verb }): readonly WarningFinding[] => {
    const answers = source === undefined ? 'open' : answersOf(source, scope);
    if (answers === 'open') return [];
    if (answers === 'never true')
      return [
        {
          kind: 'dead',
          path,
          message: `This condition is never true, so the rule ${verb} nothing.`,
          fix: 'Mend the condition, or take the rule out.',
        },
      ];
    return [
      {
        kind: verb === 'forbids' || verb === 'asks about' ? 'dead' : 'over_broad',
        path,
        message: `This condition is never false, so it narrows nothing: the rule ${verb} all that it is about.`,
        fix: 'Mend the condition (of two that exclude each other `!=` wants `&&`), or leave it out.',
      },
    ];
  });
}

const verbs = { allow: 'allows', ask: 'asks about', deny: 'forbids' } as const;

function conditionsOf(document: PolicyDocument): readonly WrittenCondition[] {
  const { tools = [], network_policies: policies = {}, inference: { routes = [] } = {} } = document;
  return [
    ...tools.map(
      ({ where: source, decision = 'allow' }, at): WrittenCondition => ({
        source,
        scope: 'tool',
        path: ['tools', at, 'where'],
        verb: verbs[decision],
      }),
    ),
    ...routes.map(
      ({ when: source }, at): WrittenCondition => ({
        source,
        scope: 'labels',
        path: ['inference', 'routes', at, 'when'],
        verb: 'is taken for',
      }),
    ),
    ...Object.entries(policies).flatMap(([name, { endpoints }]) =>
      endpoints.flatMap((endpoint, index) => {
        const place = ['network_policies', name, 'endpoints', index];
        return conditionsOfEndpoint(endpoint).map((one) => ({ ...one, path: [...place, ...one.path] }));
      }),
    ),
  ];
}

function conditionsOfEndpoint({
  rules = [],
  deny_rules: denies = [],
  tools = [],
}: Endpoint): readonly WrittenCondition[] {
  const scope = 'arguments';
  return [
    ...rules.flatMap(({ allow, ask }, at) =>
      (['allow', 'ask'] as const).map(
        (key): WrittenCondition => ({
          source: { allow, ask }[key]?.where,
          scope,
          path: ['rules', at, key, 'where'],
          verb: verbs[key],
        }),
      ),
    ),
    ...denies.map(
      ({ where: source }, at): WrittenCondition => ({
        source,
        scope,
        path: ['deny_rules', at, 'where'],
        verb: verbs.deny,
      }),
    ),
    ...tools.map(({ where: source, deny, ask }, at): WrittenCondition => {
      const verdict = deny === true ? 'deny' : ask === true ? 'ask' : 'allow';
      return { source, scope, path: ['tools', at, 'where'], verb: verbs[verdict] };
    }),
  ];
}
