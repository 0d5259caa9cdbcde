import type { Endpoint, EndpointProtocol, Target } from '@clawhold/spec';
import { toolCallMethod } from '../operation/mcp-methods.ts';
import { patternsOf } from '../operation/patterns.ts';
import { conditionFindings } from './condition-findings.ts';
import { isHttp, readsGraphqlMessages } from './endpoint-protocol.ts';
import { globFindings, pathFindings } from './pattern-findings.ts';
import type { Finding } from './problem.ts';

type Path = readonly (string | number)[];
type Field = keyof Target;

const graphqlFields = ['operation_type', 'operation_name', 'fields'] as const;

/** The fields that a rule of each protocol may have, and those without which it would never match. */
const fieldsOf: Readonly<
  Record<EndpointProtocol, { readonly known: readonly Field[]; readonly required: readonly Field[] }>
> = {
  tcp: { known: [], required: [] },
  rest: { known: ['method', 'path', 'query'], required: ['method', 'path'] },
  websocket: { known: ['method', 'path', 'query'], required: ['method', 'path'] },
  graphql: { known: graphqlFields, required: ['operation_type'] },
  mcp: { known: ['method', 'tool', 'params', 'where'], required: [] },
  'json-rpc': { known: ['method', 'where'], required: ['method'] },
  grpc: { known: ['service', 'method'], required: ['service'] },
  a2a: { known: ['method', 'where'], required: ['method'] },
};

/** What is wrong with one rule of an endpoint: a field that would never match, or one without which nothing does. */
export function targetFindings(
  target: Target,
  path: Path,
  protocol: EndpointProtocol,
  endpoint: Endpoint,
): readonly Finding[] {
  const overWebSocket =
    protocol === 'websocket' && readsGraphqlMessages(endpoint) && target.operation_type !== undefined;
  const { known, required } = fieldsOf[overWebSocket ? 'graphql' : protocol];
  const stated = Object.keys(target).filter((key): key is Field => target[key as Field] !== undefined);
  const strange = stated.filter((field) => !known.includes(field));
  const missing = required.filter((field) => target[field] === undefined);
  return [
    ...strange.map((field) => ({ path: [...path, field], message: strangeField(field, protocol) })),
    ...missing.map((field) => ({ path, message: `Without \`${field}\` this rule would never match; write it out.` })),
    ...(protocol === 'mcp' ? mcpFindings(target, path, endpoint) : []),
    ...patternFindings(target, path, protocol),
    ...conditionFindings(target.where, 'arguments', [...path, 'where']),
  ];
}

function strangeField(field: Field, protocol: EndpointProtocol): string {
  if (field === 'command') return 'No version reads SQL, so `command` could not be kept. Remove the rule.';
  const owners = (Object.keys(fieldsOf) as EndpointProtocol[]).filter((name) => fieldsOf[name].known.includes(field));
  return `\`${field}\` belongs to \`protocol: ${owners.join('` or `')}\`; under \`${protocol}\` it would never match.`;
}

function mcpFindings(target: Target, path: Path, endpoint: Endpoint): readonly Finding[] {
  const { method, tool, params } = target;
  const found: Finding[] = [];
  if (tool !== undefined && params !== undefined)
    found.push({ path: [...path, 'params'], message: '`tool` and `params.name` say the same; write one of them.' });
  const namesTool = tool !== undefined || params !== undefined;
  if (namesTool && method !== undefined && method !== toolCallMethod)
    found.push({
      path: [...path, 'method'],
      message: `Only \`${toolCallMethod}\` names a tool; under \`${method}\` this would never match.`,
    });
  if (!namesTool && method === undefined && endpoint.mcp?.allow_all_known_mcp_methods !== true)
    found.push({ path, message: 'Without `method` or `tool` this rule is about nothing; write one of them.' });
  return found;
}

function patternFindings(target: Target, path: Path, protocol: EndpointProtocol): readonly Finding[] {
  const { method, query, operation_name: name, fields = [], tool, params, service } = target;
  return [
    ...(method === undefined
      ? []
      : isHttp(protocol)
        ? methodFindings(method, [...path, 'method'])
        : globFindings(method, null, [...path, 'method'])),
    ...(target.path === undefined ? [] : pathFindings(target.path, [...path, 'path'])),
    ...Object.entries(query ?? {}).flatMap(([key, patterns]) =>
      patternsOf(patterns).flatMap((pattern) => globFindings(pattern, null, [...path, 'query', key])),
    ),
    ...(name === undefined ? [] : globFindings(name, null, [...path, 'operation_name'])),
    ...fields.flatMap((field, index) => globFindings(field, null, [...path, 'fields', index])),
    ...patternsOf(tool).flatMap((pattern) => globFindings(pattern, null, [...path, 'tool'])),
    ...patternsOf(params?.name).flatMap((pattern) => globFindings(pattern, null, [...path, 'params', 'name'])),
    ...(service === undefined ? [] : globFindings(service, null, [...path, 'service'])),
  ];
}

export function methodFindings(method: string, path: Path): readonly Finding[] {
  if (method === '*' || /^[A-Za-z][A-Za-z0-9_-]*$/.test(method)) return [];
  return [{ path, message: `"${method.slice(0, 40)}" is not the name of an HTTP method; \`*\` is every method.` }];
}
