import type { RequestMessage } from '@clawhold/spec';

const shownCharacters = 120;

/** What a message asks for, in the words of its protocol: `tools/call create_ticket`, `mutation payInvoice`. */
export function describeMessage(message: RequestMessage): string {
  const words = wordsOf(message);
  return words.length > shownCharacters ? `${words.slice(0, shownCharacters)}…` : words;
}

function wordsOf(message: RequestMessage): string {
  switch (message.protocol) {
    case 'websocket':
      return `${message.frame} message`;
    case 'graphql':
      return message.type === null
        ? `stored operation ${message.persisted ?? ''}`
        : `${message.type} ${message.fields.join(', ')}`;
    case 'mcp':
      return message.tool === null ? message.method : `${message.method} ${message.tool}`;
    case 'json-rpc':
    case 'a2a':
      return message.method;
    case 'grpc':
      return `${message.service}/${message.method}`;
    default:
      return message satisfies never;
  }
}

/** The rule of an endpoint that would let just this kind of message through, as one writes it. */
export function ruleForMessage(message: RequestMessage): string {
  const rule = (target: object): string =>
    `protocol: ${message.protocol}, rules: [{ allow: ${JSON.stringify(target).replaceAll(/"(\w+)":/g, '$1: ')} }]`;
  switch (message.protocol) {
    case 'websocket':
      return rule({ method: message.frame === 'text' ? 'WEBSOCKET_TEXT' : 'WEBSOCKET_BINARY' });
    case 'graphql':
      return rule({ operation_type: message.type ?? '*', fields: message.fields });
    case 'mcp':
      return message.tool === null
        ? rule({ method: message.method })
        : `protocol: mcp, tools: [{ name: ${JSON.stringify(message.tool)}, allow: true }]`;
    case 'json-rpc':
    case 'a2a':
      return rule({ method: message.method });
    case 'grpc':
      return rule({ service: message.service, method: message.method });
    default:
      return message satisfies never;
  }
}
