import type { Endpoint, Target } from '@clawhold/spec';
import type { Delimiter } from '../glob/glob.ts';
import { protocolOf } from '../load/endpoint-protocol.ts';
import { patternsOf } from '../operation/patterns.ts';
import { textClasses } from '../space/classes.ts';
import { name, normalPath, type Shape } from '../space/shape.ts';

/** Whether one rule of an endpoint lets every request through unasked. */
export function opensEverything(endpoint: Endpoint): boolean {
  const { access, rules = [], tools = [], mcp } = endpoint;
  const protocol = protocolOf(endpoint);
  if (access === 'full') return true;
  if (protocol === 'mcp' && mcp?.allow_all_known_mcp_methods === true && tools.length === 0 && rules.length === 0)
    return true;
  if (tools.some((tool) => tool.allow === true && tool.where === undefined && isEveryName([tool.name]))) return true;
  return rules.some(({ allow }) => allow !== undefined && isEveryRequest(allow, protocol));
}

function isEveryRequest(target: Target, protocol: ReturnType<typeof protocolOf>): boolean {
  const { method, path, query, where, service, operation_type: type, operation_name: operation, fields } = target;
  if (query !== undefined || where !== undefined) return false;
  switch (protocol) {
    case 'rest':
    case 'websocket':
      return method === '*' && path !== undefined && isEvery([path], '/', normalPath);
    case 'graphql':
      return type === '*' && operation === undefined && (fields === undefined || isEveryName(fields));
    case 'mcp': {
      const tool = target.tool ?? target.params?.name;
      return tool === undefined ? isEveryName([method]) : isEveryName(patternsOf(tool));
    }
    case 'grpc':
      return isEveryName([service]) && (method === undefined || isEveryName([method]));
    default:
      return isEveryName([method]);
  }
}

/** Whether these patterns together match every name. */
export function isEveryName(patterns: readonly (string | undefined)[]): boolean {
  return isEvery(
    patterns.filter((pattern) => pattern !== undefined),
    null,
    name,
  );
}

function isEvery(patterns: readonly string[], delimiter: Delimiter, shape: Shape): boolean {
  const { classes, complete } = textClasses(patterns, delimiter, shape);
  return complete && classes.every((one) => one.patterns.length > 0);
}
