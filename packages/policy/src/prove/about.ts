import type { Endpoint, Target } from '@clawhold/spec';
import { impliedMethods, toolTarget } from '../compile/compile-rules.ts';
import { presetTargets } from '../compile/presets.ts';
import { inspectorOf, protocolOf } from '../load/endpoint-protocol.ts';
import { patternsOf } from '../operation/patterns.ts';
import type { MessageKind } from './message-words.ts';
import { all, any, type Term } from './term.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What the rules of an endpoint are about, those that stand for others written out. */
export interface Targets {
  readonly allows: readonly Target[];
  readonly asks: readonly Target[];
  readonly denies: readonly Target[];
}

export function targetsOf(endpoint: Endpoint): Targets {
  const { rules = [], tools = [], deny_rules: denies = [] } = endpoint;
  const toolsThat = (word: 'allow' | 'ask' | 'deny'): readonly Target[] =>
    tools.filter((tool) => tool[word] !== undefined).map(toolTarget);
  return {
    allows: [
      ...presetTargets(endpoint),
      ...rules.flatMap(({ allow }) => allow ?? []),
      ...toolsThat('allow'),
      ...impliedMethods(endpoint).methods.map((method) => ({ method })),
    ],
    asks: [...rules.flatMap(({ ask }) => ask ?? []), ...toolsThat('ask')],
    denies: [...denies, ...toolsThat('deny')],
  };
}

/** Whether a rule is about this request, as far as names say: all but queries and conditions, for an endpoint that is {@link isKnown}. */
export function isAbout(target: Target, endpoint: Endpoint, words: Vocabulary, forbids: boolean): Term {
  const { messages } = words;
  const { method: call = '*', service = '*', operation_type: type = '*', operation_name: called, fields } = target;
  switch (protocolOf(endpoint)) {
    case 'graphql':
      return all([
        messages.operation(type),
        called === undefined ? 'true' : messages.name('called', called),
        fields === undefined ? 'true' : forbids ? messages.someField(fields) : messages.onlyFields(fields),
      ]);
    case 'mcp': {
      const tools = patternsOf(target.tool ?? target.params?.name);
      return tools.length === 0
        ? messages.name('call', call)
        : any(tools.map((pattern) => messages.name('tool', pattern)));
    }
    case 'json-rpc':
    case 'a2a':
      return messages.name('call', call);
    case 'grpc':
      return all([messages.name('service', service), messages.name('call', call)]);
    default:
      return isAboutHead(target, words);
  }
}

function isAboutHead({ method = '*', path = '/**' }: Target, words: Vocabulary): Term {
  const word = method.toUpperCase();
  const methods = word === 'GET' ? ['GET', 'HEAD'] : [word];
  return all([word === '*' ? 'true' : any(methods.map((name) => words.method(name))), words.path(path)]);
}

/** Whether names alone decide if the rule is about a request. */
export function isPlain({ query, where }: Target): boolean {
  return query === undefined && where === undefined;
}

/** Whether the model tells apart all that the rules of this endpoint do, but for queries and conditions. */
export function isKnown(endpoint: Endpoint): boolean {
  const { allows, asks, denies } = targetsOf(endpoint);
  switch (protocolOf(endpoint)) {
    case 'websocket':
      return false;
    case 'graphql':
      return endpoint.persisted_queries !== 'allow_registered';
    case 'grpc':
      // Service and method are one text there, with a slash in between.
      return [...allows, ...asks, ...denies].every(
        ({ service = '', method = '' }) => !/\/|\*\*/.test(service + method),
      );
    default:
      return true;
  }
}

/** What a message must be for an endpoint to read it; undefined where the head of a request is all that is read. */
export function messageOf(endpoint: Endpoint): MessageKind | undefined {
  const inspector = inspectorOf(endpoint);
  if (inspector === null) return undefined;
  // Nothing tells the messages of a WebSocket apart: they are the upgrade.
  return inspector === 'websocket' || inspector === 'graphql-websocket' ? 'none' : inspector;
}
