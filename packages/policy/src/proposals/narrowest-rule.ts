import type { EgressQuestion, Endpoint, EndpointRule, RequestMessage, Target } from '@clawhold/spec';
import { canonicalJson } from '../compile/digest.ts';

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * The rule that is about exactly this request and nothing else, as far as the language can say it: what only reads is
 * allowed, everything else asks. Undefined when a name holds characters that mean something in a pattern.
 */
export function narrowestRule({ operation }: EgressQuestion): EndpointRule | undefined {
  if (operation === undefined) return undefined;
  const { method, path, message } = operation;
  if (message === undefined) {
    const name = method === 'HEAD' ? 'GET' : method;
    if (!isPlain(path) || !/^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) return undefined;
    return safeMethods.has(method) ? { allow: { method: name, path } } : { ask: { method: name, path } };
  }
  const target = targetOf(message);
  if (target === undefined) return undefined;
  const reads =
    message.protocol === 'graphql' ? message.type !== 'mutation' : message.protocol === 'mcp' && message.tool === null;
  return reads ? { allow: target } : { ask: target };
}

function targetOf(message: RequestMessage): Target | undefined {
  switch (message.protocol) {
    case 'mcp':
      if (message.tool !== null) return isPlain(message.tool) ? { tool: message.tool } : undefined;
      return isPlain(message.method) ? { method: message.method } : undefined;
    case 'json-rpc':
    case 'a2a':
      return isPlain(message.method) ? { method: message.method } : undefined;
    case 'grpc':
      return isPlain(message.service) && isPlain(message.method)
        ? { service: message.service, method: message.method }
        : undefined;
    case 'graphql': {
      const { type, fields, name } = message;
      if (type === null || fields.length === 0 || ![...fields, name ?? ''].every(isPlain)) return undefined;
      return { operation_type: type, ...(name === null ? {} : { operation_name: name }), fields: [...fields] };
    }
    case 'websocket':
      return undefined;
    default:
      return message satisfies never;
  }
}

/** What an endpoint must be that such a rule stands in, when there is none for the host yet. */
export function newEndpoint(question: EgressQuestion): Endpoint | undefined {
  const { host, port, operation } = question;
  if (operation === undefined) {
    // Nobody knows what would have been asked. Where it is HTTP, reading is the least.
    const isWeb = port === 443 || port === 80;
    return isWeb ? { host, port, protocol: 'rest', access: 'read-only' } : { host, port, protocol: 'tcp' };
  }
  const { message, path } = operation;
  if (message === undefined) return { host, port, protocol: 'rest' };
  if (message.protocol === 'websocket' || !isPlain(path)) return undefined;
  return { host, port, path, protocol: message.protocol };
}

export function distinct(rules: readonly EndpointRule[]): EndpointRule[] {
  return [...new Map(rules.map((rule) => [canonicalJson(rule), rule])).values()];
}

/** Whether a pattern that reads like it is about this text only. */
export function isPlain(text: string): boolean {
  return !/[*?{}[\]\\]/.test(text);
}
