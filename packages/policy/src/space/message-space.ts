import { operationTypes, type RequestMessage, type Target } from '@clawhold/spec';
import { readsGraphqlMessages } from '../load/endpoint-protocol.ts';
import { patternsOf } from '../operation/patterns.ts';
import { textClasses } from './classes.ts';
import type { EndpointSite } from './endpoint-site.ts';
import type { Limits } from './limits.ts';
import { name } from './shape.ts';

/** What inspectors may read in requests to these endpoints: one message for every name that their rules tell apart. */
export function messagesOf(sites: readonly EndpointSite[], limits: Limits): readonly RequestMessage[] {
  const protocols = new Set(sites.map(({ protocol }) => protocol));
  const messages = [...protocols].flatMap((protocol): readonly RequestMessage[] => {
    const own = sites.filter((site) => site.protocol === protocol);
    const targets = own.flatMap((site) => site.targets);
    const methods = namesOf(targets.map(({ method }) => method));
    switch (protocol) {
      case 'tcp':
      case 'rest':
        return [];
      case 'websocket':
        return [
          { protocol, frame: 'text' },
          { protocol, frame: 'binary' },
          ...(own.some(({ endpoint }) => readsGraphqlMessages(endpoint))
            ? [...graphqlMessages(targets), ...storedMessages(own)]
            : []),
        ];
      case 'graphql':
        return [...graphqlMessages(targets), ...storedMessages(own)];
      case 'mcp':
        return mcpMessages(methods, targets);
      case 'json-rpc':
      case 'a2a':
        return methods.map((method) => ({ protocol, method, params: {} }));
      case 'grpc':
        return namesOf(targets.map(({ service }) => service)).flatMap((service) =>
          methods.map((method) => ({ protocol, service, method })),
        );
      default:
        return protocol satisfies never;
    }
  });
  if (messages.length > 0) limits.conditional('messages');
  return messages;
}

function namesOf(patterns: readonly (string | undefined)[]): readonly string[] {
  const known = [...new Set(patterns.filter((pattern) => pattern !== undefined))];
  return textClasses(known, null, name).classes.map(({ example }) => example);
}

function mcpMessages(methods: readonly string[], targets: readonly Target[]): readonly RequestMessage[] {
  const tools = namesOf(targets.flatMap(({ tool, params }) => patternsOf(tool ?? params?.name)));
  return [
    ...methods
      .filter((method) => method !== 'tools/call')
      .map((method): RequestMessage => ({ protocol: 'mcp', method, tool: null, arguments: {} })),
    ...tools.map((tool): RequestMessage => ({ protocol: 'mcp', method: 'tools/call', tool, arguments: {} })),
  ];
}

/** An id for each stored query, and one for a query that nobody stored; none where none may be used. */
function storedMessages(sites: readonly EndpointSite[]): readonly RequestMessage[] {
  const ids = sites.flatMap(({ endpoint }) =>
    endpoint.persisted_queries === 'allow_registered' ? Object.keys(endpoint.graphql_persisted_queries ?? {}) : [],
  );
  if (ids.length === 0) return [];
  return [...new Set([...ids, freeId(ids)])].map((persisted) => ({
    protocol: 'graphql',
    type: null,
    name: null,
    fields: [],
    persisted,
  }));
}

function freeId(ids: readonly string[]): string {
  return `${ids.join('')}x`;
}

function graphqlMessages(targets: readonly Target[]): readonly RequestMessage[] {
  const fields = namesOf(targets.flatMap(({ fields: patterns = [] }) => patterns));
  const names = namesOf(targets.map(({ operation_name: pattern }) => pattern));
  return operationTypes.flatMap((type) =>
    fields.flatMap((field) =>
      names.map(
        (named): RequestMessage => ({
          protocol: 'graphql',
          type,
          name: named,
          fields: [field],
          persisted: null,
        }),
      ),
    ),
  );
}
