import type { EgressQuestion, RequestMessage } from '@clawhold/spec';

/** The parts of a request in the order in which they are looked through. */
export type LookedThrough = 'path' | 'query' | 'fields' | 'body';

/** Stands in records for a part of a request that is not shown. */
const withheldText = 'withheld';

/** A question as it may be recorded: without the part in which something was found, and without what nobody looked at after it. */
export function withholdFrom(question: EgressQuestion, place: LookedThrough): EgressQuestion {
  const { operation } = question;
  if (operation === undefined) return question;
  const { message, ...rest } = operation;
  const isQueryShown = place !== 'path' && place !== 'query';
  return {
    ...question,
    operation: {
      ...rest,
      path: place === 'path' ? `/${withheldText}` : operation.path,
      query: isQueryShown || operation.query === '' ? operation.query : withheldText,
      parameters: operation.parameters.map((parameter) => ({ ...parameter, value: withheldText })),
      ...(message === undefined ? {} : { message: withoutContent(message) }),
    },
  };
}

function withoutContent(message: RequestMessage): RequestMessage {
  switch (message.protocol) {
    case 'mcp':
      return { ...message, arguments: {} };
    case 'json-rpc':
    case 'a2a':
      return { ...message, params: {} };
    // Names only.
    case 'graphql':
    case 'grpc':
    case 'websocket':
      return message;
    default:
      return message satisfies never;
  }
}
