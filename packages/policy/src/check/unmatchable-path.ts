import type { Endpoint } from '@clawhold/spec';
import { expandAlternatives } from '../glob/glob.ts';
import { normalisePath } from '../request/path.ts';
import { textClasses } from '../space/classes.ts';
import { pathsAt } from '../space/shape.ts';
import type { CheckedRule } from './rule-cells.ts';
import type { WarningFinding } from './warning.ts';

type Warning = Omit<WarningFinding, 'path'>;

/** Why no request comes to a rule about paths, or to one of its alternatives. */
export function unmatchablePath(rule: CheckedRule, endpoint: Endpoint): Warning | undefined {
  const { path } = rule.target;
  if (path === undefined) return rule.fate === 'unmatchable' ? unmatchablePattern('', endpoint) : undefined;
  const pattern = unmatchablePattern(path, endpoint);
  if (pattern !== undefined) return pattern;
  if (path.includes('%2F')) return undefined;
  const { path: own } = endpoint;
  if (rule.fate === 'outside' && own !== undefined && unmatchablePattern(own, endpoint) === undefined)
    return {
      kind: 'unmatchable',
      message: `No request comes here with such a path: this endpoint is about ${own} only.`,
      fix: 'Write the whole path, or move the rule to an endpoint with another `path`.',
    };
  if (rule.fate === 'taken')
    return {
      kind: 'dead',
      message: 'This rule never decides: for all of its paths this host has endpoints with a more specific `path`.',
      fix: 'Move the rule to the more specific endpoint.',
    };
  return undefined;
}

/** Why no path of a request is one that this pattern matches; undefined when some is. */
export function unmatchablePattern(pattern: string, endpoint: Endpoint): Warning | undefined {
  const expanded = expandAlternatives(pattern);
  if (expanded.kind === 'refused') return undefined;
  for (const alternative of expanded.patterns) {
    const found = unmatchableAlternative(alternative, endpoint);
    if (found !== undefined) return found;
  }
  return undefined;
}

function unmatchableAlternative(pattern: string, endpoint: Endpoint): Warning | undefined {
  const query = /\?(?=[\w%[\].-]+=)/.exec(pattern);
  if (query !== null)
    return {
      kind: 'unmatchable',
      message: `A path holds no query, and "?" in a pattern is any one character: no address has what ${pattern} seems to say.`,
      fix: `Write the path as ${pattern.slice(0, query.index)}, and what the query must hold as \`query: { key: value }\`.`,
    };
  const fix = 'Write the path as it looks after normalisation.';
  if (!/[*?]/.test(pattern)) {
    const normal = normalisePath(pattern, { encodedSlash: endpoint.allow_encoded_slash ?? false });
    if (normal.kind === 'ok' && normal.path === pattern) return undefined;
    const why = normal.kind === 'refused' ? normal.reason : `its normal form is ${normal.path}.`;
    return { kind: 'unmatchable', message: `No request has this path: ${why}`, fix };
  }
  const { classes, complete } = textClasses([pattern], '/', pathsAt([endpoint]));
  if (!complete || classes.some(({ patterns }) => patterns.length > 0)) return undefined;
  return {
    kind: 'unmatchable',
    message: `No request has such a path: after normalisation none matches ${pattern}.`,
    fix,
  };
}
