/**
 * What a document may say in the language of policy.md, or in OpenShell's schema `version: 1`, and what this version
 * does not enforce. Each is refused by name: a rule that is silently ignored is worse than none.
 */
interface NotEnforced {
  /** Matches the path as `network_policies.*.endpoints[*].tools`. */
  readonly place: RegExp;
  readonly message: string;
}

const endpoint = String.raw`^network_policies\.[^.]+\.endpoints\[\d+\]`;

const table: readonly NotEnforced[] = [
  {
    place: /^filesystem_policy$/,
    message:
      '`filesystem_policy` is not enforced by this version: a sandbox sees the task folder and a fixed read-only system, nothing else. Remove the section.',
  },
  {
    place: /^landlock$/,
    message:
      '`landlock` is not configurable in this version: Landlock is always on, as a hard requirement. Remove the section.',
  },
  {
    place: /^process$/,
    message:
      '`process` is not configurable in this version: a sandbox always runs without privileges, as a user of its own. Remove the section.',
  },
  {
    place: /^network_middlewares$/,
    message: '`network_middlewares` are not enforced by this version. Remove the section.',
  },
  {
    place: /^extends$/,
    message:
      '`extends` is not resolved by this version: write the rules out, and put what binds everyone in the ceiling.',
  },
  {
    place: /^mode$/,
    message: '`mode: learn` is not offered by this version; every policy is enforced. Remove the key.',
  },
  {
    place: new RegExp(
      `${endpoint}\\.(?:path|tools|pin_tool_descriptions|mcp|json_rpc|graphql[a-z_]*|persisted_queries)$`,
    ),
    message:
      'MCP, JSON-RPC and GraphQL inside an endpoint are not read by this version; use `protocol: rest` with methods and paths.',
  },
  {
    place: new RegExp(`${endpoint}\\.(?:allowed_ips|advisor_proposed)$`),
    message:
      'No policy relaxes the address check: private addresses are reached only through `services` in the ceiling. Remove the key.',
  },
  {
    place: new RegExp(
      `${endpoint}\\.(?:credential[a-z_]*|request_body_credential_rewrite|websocket_credential_rewrite)$`,
    ),
    message: 'Credentials are not injected by this version. Remove the key.',
  },
  {
    place: new RegExp(`${endpoint}\\.request\\.forbid$`),
    message: '`forbid` is not enforced by this version. Remove the key.',
  },
  { place: /^tools\[\d+\]\.where$/, message: '`where` on arguments is not evaluated by this version. Remove the key.' },
  {
    place: /^flows\[\d+\]\.(?:ask|deny)\.(?:approvers|not)$/,
    message: 'One person approves in this version; `approvers` and `not` are not enforced. Remove the key.',
  },
  {
    place: /^inference\.(?:routes|redact)$/,
    message: 'Routes and redaction are not enforced by this version. Remove the key.',
  },
];

const protocols: ReadonlySet<string> = new Set([
  'graphql',
  'mcp',
  'json-rpc',
  'websocket',
  'grpc',
  'a2a',
  'sql',
  'http',
]);

/** The sentence for a key that the language knows and this version does not enforce. */
export function notEnforced(place: string): string | undefined {
  return table.find((entry) => entry.place.test(place))?.message;
}

/** The same for the value of `protocol`. */
export function protocolNotEnforced(value: unknown): string | undefined {
  if (typeof value !== 'string' || !protocols.has(value)) return undefined;
  return `\`protocol: ${value}\` is not read by this version; use \`rest\` for HTTP requests or \`tcp\` to let bytes through unread.`;
}
