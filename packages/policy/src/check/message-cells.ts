import type { Endpoint, Target } from '@clawhold/spec';
import { toolTarget } from '../compile/compile-rules.ts';
import { presetTargets } from '../compile/presets.ts';
import { Integers } from '../glob/integers.ts';
import type { Operation } from '../operation/operation.ts';
import { createOperationIndex } from '../operation/operation-index.ts';
import { compileQualifier } from '../operation/qualifier.ts';
import { RequestSets } from '../request/request-sets.ts';
import { siteOf } from '../space/endpoint-site.ts';
import { Limits } from '../space/limits.ts';
import { messagesOf } from '../space/message-space.ts';
import { type CheckedRule, comparedPatterns } from './rule-cells.ts';

/** What of a rule about messages its names do not say: a rule with one of these is about a part of its cells only. */
const narrowing = ['where', 'query'] as const;

type Written = Omit<CheckedRule, 'cells' | 'partial'>;

/**
 * The rules of an endpoint about messages, with the kinds of messages that each is about: one for every name that a rule
 * tells apart. Undefined when there are too many to compare.
 */
export function messageRules(endpoint: Endpoint): readonly CheckedRule[] | undefined {
  const written = writtenRules(endpoint);
  if (written.length > comparedPatterns) return undefined;
  const messages = messagesOf([siteOf(endpoint, [])], new Limits());
  const operations = messages.map((message) => ({ method: 'POST', path: '/', query: '', parameters: [], message }));
  return written.map((rule) => ({
    ...rule,
    partial: narrowing.some((key) => rule.target[key] !== undefined),
    cells: new Set(operations.flatMap((operation, at) => (isAbout(rule, operation, endpoint) ? [`${at}`] : []))),
  }));
}

/** Whether a rule is about an operation, its condition apart. */
function isAbout({ target, verdict }: Written, operation: Operation, endpoint: Endpoint): boolean {
  const { where: _where, ...named } = target;
  const found: true[] = [];
  createOperationIndex(endpoint, [{ target: named, value: true }], new RequestSets<true>(new Integers())).find(
    operation,
    found,
  );
  return found.length > 0 && compileQualifier(named, endpoint, verdict === 'deny')?.(operation) !== false;
}

function writtenRules(endpoint: Endpoint): readonly Written[] {
  const isMessage = (target: Target): boolean => target.path === undefined;
  return [
    ...presetTargets(endpoint)
      .filter(isMessage)
      .map((target) => ({ list: 'access' as const, index: 0, verdict: 'allow' as const, target, besides: '{}' })),
    ...(endpoint.rules ?? []).flatMap(({ allow, ask, ...besides }, index) => {
      const target = allow ?? ask;
      const verdict = allow === undefined ? ('ask' as const) : ('allow' as const);
      if (target === undefined || !isMessage(target)) return [];
      return [{ list: 'rules' as const, index, verdict, target, besides: JSON.stringify(besides) }];
    }),
    ...(endpoint.tools ?? []).map((tool, index) => {
      const { effect } = tool;
      const verdict = tool.deny === true ? 'deny' : tool.ask === true ? 'ask' : 'allow';
      const besides = JSON.stringify(effect === undefined ? {} : { effect });
      return { list: 'tools' as const, index, verdict, target: toolTarget(tool), besides } as const;
    }),
    ...(endpoint.deny_rules ?? []).flatMap((target, index) =>
      isMessage(target)
        ? [{ list: 'deny_rules' as const, index, verdict: 'deny' as const, target, besides: '{}' }]
        : [],
    ),
  ];
}
