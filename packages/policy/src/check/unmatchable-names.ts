import { nearestWord } from '@clawhold/documents';
import type { Endpoint, Target } from '@clawhold/spec';
import { compiledGlobs } from '../glob/glob.ts';
import { protocolOf } from '../load/endpoint-protocol.ts';
import { knownMethods, serverMethods, sessionMethods, toolCallMethod } from '../operation/mcp-methods.ts';
import { patternsOf } from '../operation/patterns.ts';
import { textClasses } from '../space/classes.ts';
import { grpcService, programName, type Shape, toolName } from '../space/shape.ts';
import type { WarningFinding } from './warning.ts';

type Warning = Omit<WarningFinding, 'path'>;

/** Why no request has the names of a rule; undefined when some has. */
export function unmatchableName(target: Target, endpoint: Endpoint): Warning | undefined {
  const { method } = target;
  switch (protocolOf(endpoint)) {
    case 'rest':
    case 'websocket':
      return (
        (method === undefined ? undefined : unmatchableMethod(method, endpoint)) ??
        encodedQuery(target) ??
        strange(target.fields ?? [], programName, 'a field at the root of an operation of GraphQL') ??
        strange([target.operation_name], programName, 'an operation of GraphQL')
      );
    case 'graphql':
      return (
        strange(target.fields ?? [], programName, 'a field at the root of an operation of GraphQL') ??
        strange([target.operation_name], programName, 'an operation of GraphQL')
      );
    case 'mcp':
      return (
        (method === undefined ? undefined : unknownMethod(method)) ??
        (endpoint.mcp?.strict_tool_names === false
          ? undefined
          : strange(patternsOf(target.tool ?? target.params?.name), toolName, 'a tool of MCP'))
      );
    case 'grpc':
      return (
        strange([target.service], grpcService, 'a service of gRPC (`package.Service`)') ??
        strange([method], programName, 'a method of gRPC (without its service)')
      );
    default:
      return undefined;
  }
}

/** The first of these patterns that no name of this sort can match. */
function strange(patterns: readonly (string | undefined)[], shape: Shape, what: string): Warning | undefined {
  const found = patterns.find((pattern) => pattern !== undefined && !canMatch(pattern, shape));
  if (found === undefined) return undefined;
  return {
    kind: 'unmatchable',
    message: `Nothing that is named ${found} can be ${what}.`,
    fix: 'Write the name as the service has it.',
  };
}

function canMatch(pattern: string, shape: Shape): boolean {
  const { classes, complete } = textClasses([pattern], null, shape);
  return !complete || classes.some(({ patterns }) => patterns.length > 0);
}

/** A matcher of the query that is written as it stands in an address. */
function encodedQuery({ query = {} }: Target): Warning | undefined {
  const texts = Object.entries(query).flatMap(([key, patterns]) => [key, ...patternsOf(patterns)]);
  const found = texts.find((text) => /%[0-9A-Fa-f]{2}/.test(text));
  if (found === undefined) return undefined;
  return {
    kind: 'unmatchable',
    message: `Keys and values of a query are compared decoded, so hardly any is ${found}.`,
    fix: 'Write the characters themselves, a space as a space.',
  };
}

const frames = ['WEBSOCKET_TEXT', 'WEBSOCKET_BINARY'];

/** Methods of the registry of HTTP, and some that servers are known to have. */
const httpMethods: readonly string[] =
  'GET HEAD POST PUT DELETE OPTIONS PATCH QUERY PURGE ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT COPY LABEL LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MKREDIRECTREF MKWORKSPACE MOVE ORDERPATCH PROPFIND PROPPATCH REBIND REPORT SEARCH UNBIND UNCHECKOUT UNLINK UNLOCK UPDATE UPDATEREDIRECTREF VERSION-CONTROL LIST NOTIFY SUBSCRIBE UNSUBSCRIBE VIEW'.split(
    ' ',
  );

function unmatchableMethod(method: string, endpoint: Endpoint): Warning | undefined {
  const said = method.toUpperCase();
  if (said === '*' || httpMethods.includes(said)) return undefined;
  if (said === 'CONNECT' || said === 'TRACE')
    return {
      kind: 'unmatchable',
      message: `${said} is never forwarded, so no request here has this method.`,
      fix: 'Take this rule out.',
    };
  const isFrame = frames.includes(said);
  if (isFrame && protocolOf(endpoint) === 'websocket') return undefined;
  if (isFrame)
    return {
      kind: 'unmatchable',
      message: `${said} is a message over a WebSocket, and this endpoint reads requests only.`,
      fix: 'Write `protocol: websocket`.',
    };
  const known = protocolOf(endpoint) === 'websocket' ? [...httpMethods, ...frames] : httpMethods;
  const near = nearestWord(said, known);
  if (near === undefined) return undefined;
  return {
    kind: 'unmatchable',
    message: `No request is known to have the method ${method}; did you mean ${near}.`,
    fix: `Write \`method: ${near}\`.`,
  };
}

const mcpMethods = [...knownMethods, ...serverMethods, ...sessionMethods, toolCallMethod];

/** A method of MCP that no client sends, most often misspelt. */
function unknownMethod(method: string): Warning | undefined {
  const globs = compiledGlobs(method, null);
  if (mcpMethods.some((name) => globs.some((glob) => glob.matches(name)))) return undefined;
  const near = nearestWord(method, mcpMethods);
  return {
    kind: 'unmatchable',
    message: `No request of MCP has the method ${method}${near === undefined ? '' : `; did you mean ${near}`}.`,
    fix:
      near === undefined ? 'Write a method of the protocol, such as `resources/read`.' : `Write \`method: ${near}\`.`,
  };
}
