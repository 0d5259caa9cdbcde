import { type Fault, fault } from '../wire/fault.ts';
import { fieldValue } from '../wire/field.ts';
import { type Content, isObject, type ReadMessage, type ReadMessages, readBatch } from './content.ts';
import { lookAlikes } from './exact-keys.ts';
import { type Envelope, readEnvelope } from './json-rpc.ts';

const hasLookAlike = lookAlikes('name', 'arguments', '_meta', 'task');

/** Model Context Protocol 2025-11-25, tools, "Tool names": what every server and client can show and compare. */
const toolName = /^[A-Za-z0-9_.-]{1,128}$/;

/** What a person can see in a record: no control characters, nothing invisible, no line of its own. */
const shownName = /^[^\p{C}\p{Zl}\p{Zp}]{1,128}$/u;

/**
 * Reads a request of MCP's streamable HTTP transport (2025-11-25, transports): POST brings messages, GET opens the stream
 * of the server, DELETE ends the session.
 */
export function readMcp(content: Content): ReadMessages | Fault {
  switch (content.method) {
    case 'GET':
      return session('session/listen');
    case 'DELETE':
      return content.body.length === 0 ? session('session/end') : fault('message', 'A DELETE has no body here.');
    case 'POST':
      return checkedAgainstFields(
        content,
        readBatch(content, (value) => readMessage(value, content.anyToolName === true ? shownName : toolName)),
      );
    default:
      return fault('message_method', 'MCP is spoken by POST, GET and DELETE.', 405);
  }
}

function readMessage(value: Readonly<Record<string, unknown>>, names: RegExp): ReadMessage | Fault {
  const envelope = readEnvelope(value);
  if (envelope.kind === 'fault') return envelope;
  return envelope.kind === 'response' ? sessionMessage('session/response') : readCall(envelope, names);
}

function readCall({ method, params = {} }: Extract<Envelope, { kind: 'call' }>, names: RegExp): ReadMessage | Fault {
  // The names under which this proxy decides what is no call: nobody sends them.
  if (!isObject(params) || method.startsWith('session/')) return fault('message', 'The body is no message of MCP.');
  if (method !== 'tools/call')
    return { message: { protocol: 'mcp', method, tool: null, arguments: params }, content: params };
  const { name: tool, arguments: given = {} } = params;
  if (hasLookAlike(params) || typeof tool !== 'string' || !isObject(given))
    return fault('message', 'A call names its tool and has an object of arguments.');
  if (!names.test(tool))
    return fault(
      'tool_name',
      names === toolName
        ? 'The name of a tool is letters, digits, "_", "." and "-", at most 128.'
        : 'The name of a tool is text that can be shown, at most 128 characters.',
    );
  return { message: { protocol: 'mcp', method, tool, arguments: given }, content: given };
}

/** Newer servers go by fields that repeat the body (`Mcp-Method`, `Mcp-Name`): two stories of one request are a fault. */
function checkedAgainstFields({ fields }: Content, read: ReadMessages | Fault): ReadMessages | Fault {
  if (read.kind === 'fault') return read;
  const method = fieldValue(fields, 'mcp-method');
  const name = fieldValue(fields, 'mcp-name');
  for (const { message } of read.list) {
    if (message.protocol !== 'mcp') continue;
    const named = message.tool ?? message.arguments['name'] ?? message.arguments['uri'];
    if ((method !== undefined && method !== message.method) || (name !== undefined && name !== named))
      return fault('field_mismatch', 'The fields of the request and its body name different calls.');
  }
  return read;
}

function session(method: string): ReadMessages {
  return { kind: 'messages', list: [sessionMessage(method)] };
}

function sessionMessage(method: string): ReadMessage {
  return { message: { protocol: 'mcp', method, tool: null, arguments: {} }, content: {} };
}
