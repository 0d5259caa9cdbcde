import { parseStrictJson } from '@clawhold/policy';
import type { RequestMessage } from '@clawhold/spec';
import { type Fault, fault } from '../wire/fault.ts';
import { type Field, fieldValue } from '../wire/field.ts';

/** A whole request, as an inspector gets it. */
export interface Content {
  readonly method: string;
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
  readonly fields: readonly Field[];
  readonly body: Buffer;
  /** mcp: a tool may have any name that can be shown. Default: letters, digits, `_`, `.` and `-`. */
  readonly anyToolName?: boolean;
}

/** One message of a request. */
export interface ReadMessage {
  readonly message: RequestMessage;
  /** What JSON pointers of rules lead into: the arguments of a call, or the whole of a GraphQL request. */
  readonly content: unknown;
}

/** At least one message; more than one is a batch. */
export interface ReadMessages {
  readonly kind: 'messages';
  readonly list: readonly [ReadMessage, ...ReadMessage[]];
}

/** More members in a batch are refused: each is a decision of its own. */
const maximumBatch = 50;

/** JSON by its media type with nothing but `charset=utf-8` behind it. */
const jsonType = /^application\/(?:[a-z0-9.+_-]+\+)?json(?: *; *charset="?utf-8"?)?$/i;

export interface Json {
  readonly kind: 'json';
  readonly value: unknown;
}

/** The body as JSON that every parser reads alike (RFC 8259, 4 and 8.1). A compressed body is refused: it has two readings. */
function readJson({ fields, body }: Content): Json | Fault {
  if (!jsonType.test(fieldValue(fields, 'content-type') ?? ''))
    return fault('body_type', 'Requests here are read, so the body must be sent as application/json.', 415);
  if (fieldValue(fields, 'content-encoding') !== undefined)
    return fault('body_encoding', 'Requests here are read, so the body must not be compressed.', 415);
  const parsed = parseStrictJson(body);
  return parsed.kind === 'ok' ? { kind: 'json', value: parsed.value } : fault('unreadable_body', parsed.reason);
}

type ReadOne = (value: Readonly<Record<string, unknown>>) => ReadMessage | Fault;

/** Reads the body as one message or a list of them. */
export function readBatch(content: Content, readOne: ReadOne): ReadMessages | Fault {
  const json = readJson(content);
  if (json.kind === 'fault') return json;
  const [first, ...others]: readonly unknown[] = Array.isArray(json.value) ? json.value : [json.value];
  if (others.length >= maximumBatch) return fault('batch', `A batch has at most ${maximumBatch} messages.`);
  const one = readMember(first, readOne);
  if ('kind' in one) return one;
  const more: ReadMessage[] = [];
  for (const member of others) {
    const read = readMember(member, readOne);
    if ('kind' in read) return read;
    more.push(read);
  }
  return { kind: 'messages', list: [one, ...more] };
}

function readMember(value: unknown, readOne: ReadOne): ReadMessage | Fault {
  return isObject(value) ? readOne(value) : fault('message', 'The body is no message of this protocol.');
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
