import type { Endpoint, Target } from '@clawhold/spec';
import { compileCondition } from '../condition/condition.ts';
import { compiledGlobs, type Glob } from '../glob/glob.ts';
import { meaningOf } from '../request/query-key.ts';
import type { Operation } from './operation.ts';
import { patternsOf } from './patterns.ts';
import { readQuery } from './query.ts';

/** Whether an operation that an index found meets the rest of a rule; undefined when its condition has no answer. */
export type Qualifier = (operation: Operation) => boolean | undefined;

/**
 * What a rule demands beyond the names that its index finds; null when nothing.
 *
 * @param forbids a rule that forbids needs one of several values to match, one that allows or asks needs all of them;
 *   what cannot be read is forbidden, and not allowed.
 */
export function compileQualifier(target: Target, endpoint: Endpoint, forbids: boolean): Qualifier | null {
  const parts = [
    target.query === undefined ? null : queryQualifier(target.query, forbids),
    target.operation_type === undefined ? null : graphqlQualifier(target, endpoint, forbids),
    target.where === undefined ? null : conditionQualifier(target.where),
  ].filter((part) => part !== null);
  const [first, ...others] = parts;
  if (first === undefined) return null;
  if (others.length === 0) return first;
  return (operation) => {
    let result: boolean | undefined = true;
    for (const part of parts) {
      const met = part(operation);
      if (met === false) return false;
      if (met === undefined) result = undefined;
    }
    return result;
  };
}

function queryQualifier(matchers: NonNullable<Target['query']>, forbids: boolean): Qualifier {
  const compiled = Object.entries(matchers).map(([key, patterns]) => ({
    isMeant: meaningOf(key),
    globs: patternsOf(patterns).flatMap((pattern) => compiledGlobs(pattern, null)),
  }));
  return ({ query: text }) => {
    const query = readQuery(text);
    if (query === undefined) return forbids;
    return compiled.every(({ isMeant, globs }) => {
      // A server may take `Account` for `account`, so they count as one key with several values.
      const values = [...query].flatMap(([name, found]) => (isMeant(name) ? found : []));
      const fits = (value: string): boolean => matchesAny(globs, value);
      return forbids ? values.some(fits) : values.length > 0 && values.every(fits);
    });
  };
}

type Registered = NonNullable<Endpoint['graphql_persisted_queries']>[string];

function graphqlQualifier(target: Target, endpoint: Endpoint, forbids: boolean): Qualifier {
  const registry = endpoint.persisted_queries === 'allow_registered' ? (endpoint.graphql_persisted_queries ?? {}) : {};
  const names = target.operation_name === undefined ? null : compiledGlobs(target.operation_name, null);
  const globs = target.fields?.flatMap((pattern) => compiledGlobs(pattern, null)) ?? null;
  const fieldsFit = (fields: readonly string[]): boolean => {
    if (globs === null) return true;
    const fits = (field: string): boolean => matchesAny(globs, field);
    return forbids ? fields.some(fits) : fields.length > 0 && fields.every(fits);
  };
  const registeredFits = ({ operation_type: type, operation_name: name, fields = [] }: Registered): boolean =>
    (target.operation_type === '*' || target.operation_type === type) &&
    (names === null || (name !== undefined && matchesAny(names, name))) &&
    fieldsFit(fields);
  return ({ message }) => {
    if (message?.protocol !== 'graphql') return forbids;
    if (message.type !== null) return fieldsFit(message.fields);
    const { persisted } = message;
    const known = persisted !== null && Object.hasOwn(registry, persisted) ? registry[persisted] : undefined;
    return known === undefined ? forbids : registeredFits(known);
  };
}

function conditionQualifier(source: string): Qualifier {
  const compiled = compileCondition(source, 'arguments');
  return ({ message }) => {
    if (compiled.kind === 'refused' || message === undefined) return undefined;
    if (message.protocol === 'mcp') return compiled.condition.holds({ args: message.arguments });
    return 'params' in message ? compiled.condition.holds({ args: message.params }) : undefined;
  };
}

function matchesAny(globs: readonly Glob[], text: string): boolean {
  for (const glob of globs) if (glob.matches(text)) return true;
  return false;
}
