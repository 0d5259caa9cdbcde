import type { Effect, EgressQuestion, Endpoint, Patterns, Target } from '@clawhold/spec';
import { answerOf } from './condition-naively.ts';
import { globMatches } from './glob-naively.ts';

/** What the language says about one endpoint, rule by rule. */
export type Reading =
  | 'tcp'
  | 'rest'
  | 'websocket'
  | 'graphql'
  | 'graphql-websocket'
  | 'mcp'
  | 'json-rpc'
  | 'grpc'
  | 'a2a';
type Operation = NonNullable<EgressQuestion['operation']>;

export interface NaiveRule {
  readonly target: Target;
  readonly asks: boolean;
  readonly effect?: Effect | undefined;
}

export function readingOf(endpoint: Endpoint): Reading {
  const { protocol, access, tls, rules = [], deny_rules: denies = [] } = endpoint;
  const silent = endpoint.rules === undefined && access === undefined && endpoint.deny_rules === undefined;
  if (protocol === undefined) return silent || (access === 'full' && tls === 'skip') ? 'tcp' : 'rest';
  const aboutGraphql =
    endpoint.graphql_persisted_queries !== undefined ||
    endpoint.persisted_queries === 'allow_registered' ||
    [...rules.map(({ allow, ask }) => allow ?? ask), ...denies].some((target) => target?.operation_type !== undefined);
  return protocol === 'websocket' && aboutGraphql ? 'graphql-websocket' : protocol;
}

const http = {
  'read-only': ['GET', 'HEAD', 'OPTIONS'],
  'read-write': ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH'],
  full: ['*'],
};
const socket = { 'read-only': ['GET'], 'read-write': ['GET', 'WEBSOCKET_TEXT'], full: ['*'] };
const operations = { 'read-only': ['query'], 'read-write': ['query', 'mutation'], full: ['*'] } as const;
const session = ['session/response', 'session/listen', 'session/end'];
const lifecycle =
  'initialize ping notifications/initialized notifications/cancelled notifications/progress tools/list'.split(' ');
const known =
  'notifications/roots/list_changed notifications/tasks/status logging/setLevel prompts/list prompts/get resources/list resources/templates/list resources/read resources/subscribe resources/unsubscribe completion/complete tasks/get tasks/result tasks/list tasks/cancel'.split(
    ' ',
  );

/** All that an endpoint allows or asks about, `access` and the methods of MCP sessions written out, in order. */
export function rulesOf(endpoint: Endpoint): readonly NaiveRule[] {
  const reading = readingOf(endpoint);
  const { access, rules = [], tools = [], mcp } = endpoint;
  const allowed = (target: Target): NaiveRule => ({ target, asks: false });
  const presets: Target[] = [];
  if (access !== undefined && reading !== 'tcp') {
    const methods = reading === 'rest' ? http[access] : reading.includes('websocket') ? socket[access] : [];
    presets.push(...methods.map((method) => ({ method, path: '/**' })));
    if (reading.startsWith('graphql')) presets.push(...operations[access].map((type) => ({ operation_type: type })));
  }
  const written = rules.map((rule) => ({
    target: rule.allow ?? rule.ask ?? {},
    asks: rule.ask !== undefined,
    effect: rule.effect ?? (rule.inverse === undefined ? undefined : ('compensable' as const)),
  }));
  const named = tools
    .filter(({ deny }) => deny === undefined)
    .map(({ name, ask, effect, where }) => ({ target: toolTarget(name, where), asks: ask !== undefined, effect }));
  const implied: string[] = [];
  if (reading === 'mcp') {
    implied.push(...session);
    const opens = mcp?.allow_all_known_mcp_methods === true;
    const namesTools =
      named.length > 0 || written.some(({ target }) => target.tool !== undefined || target.params !== undefined);
    if (opens || endpoint.tools !== undefined) implied.push(...lifecycle);
    if (opens) implied.push(...known, ...(namesTools ? [] : ['tools/call']));
  }
  return [...presets.map(allowed), ...written, ...named, ...implied.map((method) => allowed({ method }))];
}

export function forbiddenBy({ deny_rules: denies = [], tools = [] }: Endpoint): readonly Target[] {
  return [...denies, ...tools.filter(({ deny }) => deny === true).map(({ name, where }) => toolTarget(name, where))];
}

function toolTarget(name: string, where: string | undefined): Target {
  return { method: 'tools/call', tool: name, ...(where === undefined ? {} : { where }) };
}

/** Whether a rule is about an operation; undefined when its condition does not answer. */
export function isAbout(
  target: Target,
  endpoint: Endpoint,
  operation: Operation,
  forbids: boolean,
): boolean | undefined {
  const { message } = operation;
  switch (readingOf(endpoint)) {
    case 'tcp':
      return false;
    case 'rest':
      return headFits(target, operation.method, operation, forbids);
    case 'websocket':
      return headFits(target, socketMethod(operation), operation, forbids);
    case 'graphql-websocket':
      if (target.operation_type !== undefined) return graphqlFits(target, endpoint, operation, forbids);
      return message === undefined && headFits(target, operation.method, operation, forbids);
    case 'graphql':
      return graphqlFits(target, endpoint, operation, forbids);
    case 'mcp': {
      if (message?.protocol !== 'mcp') return false;
      const tool = target.tool ?? target.params?.name;
      const named = message.tool;
      const fits =
        tool === undefined
          ? globMatches(target.method ?? '*', message.method, null)
          : named !== null && list(tool).some((pattern) => globMatches(pattern, named, null));
      return fits && conditionHolds(target, message.arguments);
    }
    case 'json-rpc':
    case 'a2a':
      if (message?.protocol !== readingOf(endpoint) || !('params' in message)) return false;
      return globMatches(target.method ?? '*', message.method, null) && conditionHolds(target, message.params);
    case 'grpc':
      return (
        message?.protocol === 'grpc' &&
        globMatches(target.service ?? '*', message.service, null) &&
        globMatches(target.method ?? '*', message.method, null)
      );
  }
}

function socketMethod({ method, message }: Operation): string {
  if (message === undefined) return method;
  return message.protocol === 'websocket' && message.frame === 'binary' ? 'WEBSOCKET_BINARY' : 'WEBSOCKET_TEXT';
}

function headFits(
  { method = '*', path = '/**', query = {} }: Target,
  asked: string,
  operation: Operation,
  forbids: boolean,
): boolean {
  const wanted = method.toUpperCase();
  if (wanted !== '*' && wanted !== asked && !(wanted === 'GET' && asked === 'HEAD')) return false;
  if (!globMatches(path, operation.path, '/')) return false;
  const pairs = operation.query === '' ? [] : operation.query.split('&').map((pair) => pair.split(/=(.*)/s));
  if (Object.keys(query).length === 0) return true;
  if (operation.query.includes(';')) return forbids;
  if (pairs.some((pair) => pair.some((part) => /%(?![0-9a-f]{2})/i.test(part)))) return forbids;
  const decoded = pairs.map((pair) => pair.map((part) => decodeURIComponent(part.replaceAll('+', ' '))));
  return Object.entries(query).every(([key, patterns]) => {
    const values = decoded
      .filter(([name]) => name?.toLowerCase().replace(/\[.*/s, '') === key.toLowerCase())
      .map(([, value = '']) => value);
    const fits = (value: string): boolean => list(patterns).some((pattern) => globMatches(pattern, value, null));
    return forbids ? values.some(fits) : values.length > 0 && values.every(fits);
  });
}

function graphqlFits(target: Target, endpoint: Endpoint, { message }: Operation, forbids: boolean): boolean {
  if (message?.protocol !== 'graphql') return false;
  let { type, name, fields } = message;
  if (type === null) {
    const registry =
      endpoint.persisted_queries === 'allow_registered' ? (endpoint.graphql_persisted_queries ?? {}) : {};
    const found = Object.entries(registry).find(([key]) => key === message.persisted)?.[1];
    if (found === undefined) return forbids;
    ({ operation_type: type, operation_name: name = null, fields = [] } = { ...found, fields: found.fields ?? [] });
  }
  if (target.operation_type !== '*' && target.operation_type !== type) return false;
  if (target.operation_name !== undefined && (name === null || !globMatches(target.operation_name, name, null)))
    return false;
  const wanted = target.fields;
  if (wanted === undefined) return true;
  const fits = (field: string): boolean => wanted.some((pattern) => globMatches(pattern, field, null));
  return forbids ? fields.some(fits) : fields.length > 0 && fields.every(fits);
}

function conditionHolds({ where }: Target, args: unknown): boolean | undefined {
  return where === undefined ? true : answerOf(where, { args });
}

function list(patterns: Patterns): readonly string[] {
  if (typeof patterns === 'string') return [patterns];
  return 'any' in patterns ? patterns.any : [patterns.glob];
}
