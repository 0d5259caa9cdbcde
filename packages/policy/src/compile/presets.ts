import type { Endpoint, Target } from '@clawhold/spec';
import { protocolOf, readsGraphqlMessages } from '../load/endpoint-protocol.ts';

type Access = NonNullable<Endpoint['access']>;

/** What the words of `access` stand for: these methods on every path. */
const presetMethods: Readonly<Record<Access, readonly string[]>> = {
  'read-only': ['GET', 'HEAD', 'OPTIONS'],
  'read-write': ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH'],
  full: ['*'],
};

const webSocketMethods: Readonly<Record<Access, readonly string[]>> = {
  'read-only': ['GET'],
  'read-write': ['GET', 'WEBSOCKET_TEXT'],
  full: ['*'],
};

const graphqlTypes: Readonly<Record<Access, readonly NonNullable<Target['operation_type']>[]>> = {
  'read-only': ['query'],
  'read-write': ['query', 'mutation'],
  full: ['*'],
};

/** The rules for which `access` stands, under the endpoint's protocol; none without `access`. */
export function presetTargets(endpoint: Endpoint): readonly Target[] {
  const { access } = endpoint;
  if (access === undefined) return [];
  switch (protocolOf(endpoint)) {
    case 'rest':
      return presetMethods[access].map((method) => ({ method, path: '/**' }));
    case 'websocket':
      return [
        ...webSocketMethods[access].map((method) => ({ method, path: '/**' })),
        ...(readsGraphqlMessages(endpoint) ? graphqlTypes[access].map((type) => ({ operation_type: type })) : []),
      ];
    case 'graphql':
      return graphqlTypes[access].map((type) => ({ operation_type: type }));
    default:
      return [];
  }
}
