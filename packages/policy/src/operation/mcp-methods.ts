/** What an MCP session does without a JSON-RPC method of its own: allowed wherever a session is. */
export const sessionMethods = ['session/response', 'session/listen', 'session/end'] as const;

/**
 * What a session that may call tools is made of (Model Context Protocol 2025-11-25, lifecycle, ping, cancellation,
 * progress, tools/list): allowed with `tools`.
 */
export const lifecycleMethods = [
  'initialize',
  'ping',
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'tools/list',
] as const;

/** Every request and notification that a client of that version may send, apart from `tools/call`. */
export const knownMethods: readonly string[] = [
  ...lifecycleMethods,
  'notifications/roots/list_changed',
  'notifications/tasks/status',
  'logging/setLevel',
  'prompts/list',
  'prompts/get',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'completion/complete',
  'tasks/get',
  'tasks/result',
  'tasks/list',
  'tasks/cancel',
];

export const toolCallMethod = 'tools/call';

/** What a server of that version may ask of the program: arrives where a rule names it. */
export const serverMethods: readonly string[] = ['sampling/createMessage', 'elicitation/create', 'roots/list'];
