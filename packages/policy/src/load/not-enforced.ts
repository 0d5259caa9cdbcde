/** What a document may ask for that somebody besides the decision has to do, as its author sees it. */
export const featureWords = {
  'mode: learn': 'Nothing makes rules out of what `mode: learn` lets through.',
  'protocol: websocket': 'The messages of a WebSocket are not read.',
  'protocol: graphql': 'GraphQL in a request is not read.',
  'protocol: mcp': 'MCP in a request is not read.',
  'protocol: json-rpc': 'JSON-RPC in a request is not read.',
  'protocol: grpc': 'gRPC in a request is not read.',
  'protocol: a2a': 'A2A in a request is not read.',
  'mcp.strict_tool_names: false': 'Names of tools are always read strictly.',
  allowed_ips: 'The addresses of a host are not compared with `allowed_ips`.',
  allow_encoded_slash: 'A path with an encoded slash is refused before anybody is asked.',
  websocket_credential_rewrite: 'No credential is exchanged in messages of a WebSocket.',
  'request.forbid': 'No detector looks for `pii` or `credentials` in requests.',
  'response.forbid': 'No detector looks at answers.',
  'response.content_types': 'The media type of an answer is not looked at.',
  pin_tool_descriptions: 'The descriptions of tools are not compared.',
  'tools.where': '`where` needs the arguments of a call, which nobody hands to the decision.',
  'flows.approvers': 'One person approves; nobody waits for a second.',
  'flows.not': 'Whoever may approve may approve what they asked for themselves.',
  'inference.routes': 'A request goes to the model that it names.',
  'inference.redact': 'Nothing is taken out of requests to models.',
} as const;

export type Feature = keyof typeof featureWords;

/**
 * What a running installation refuses by name when it loads a document, because nothing keeps it yet. Whoever builds what
 * keeps one of these deletes its line; then the documents load.
 */
export const enforcedNowhere: ReadonlySet<Feature> = new Set<Feature>();
