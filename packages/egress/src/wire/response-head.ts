import { endToEndFields, wantsClose } from './end-to-end.ts';
import { type Fault, fault } from './fault.ts';
import type { Field, Fields } from './field.ts';
import { declaredFraming, type Framing, responseFraming } from './framing.ts';
import type { FieldReading, Head } from './head-reader.ts';

/** The fields of a response, and what they say whatever was asked for. */
export interface ResponseFields extends Fields {
  /** Those that belong to the message and not to its connection. */
  readonly endToEnd: readonly Field[];
  /** Where its body ends, if it has one; undefined when nothing is said of that. */
  readonly framing: Framing | Fault | undefined;
  readonly wantsClose: boolean;
}

/** The head of an upstream's response, read as strictly as a request's: it must not desynchronise the client. */
export interface ResponseHead {
  readonly kind: 'response';
  readonly status: number;
  readonly version: 'HTTP/1.0' | 'HTTP/1.1';
  readonly fields: ResponseFields;
  readonly framing: Framing;
}

/** Old servers write bytes above 0x7F. */
export const responseFields: FieldReading<ResponseFields> = {
  rules: { allowLatin: true },
  read: (list) => ({
    kind: 'fields',
    list,
    endToEnd: endToEndFields(list),
    framing: declaredFraming(list),
    wantsClose: wantsClose(list),
  }),
};

const statusLine = /^(HTTP\/1\.[01]) ([1-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;

/** Reads the head of the response to a request of this method. The reason phrase is not kept: it means nothing. */
export function parseResponseHead({ firstLine, fields }: Head<ResponseFields>, method: string): ResponseHead | Fault {
  const match = statusLine.exec(firstLine);
  if (match === null) return fault('status_line', 'The server did not answer with an HTTP/1.1 status line.');
  const version = match[1] === 'HTTP/1.0' ? 'HTTP/1.0' : 'HTTP/1.1';
  const status = Number(match[2]);
  if (fields.kind === 'fault') return fields;
  if (status < 200) return { kind: 'response', status, version, fields, framing: { kind: 'none' } };
  const framing = responseFraming(method, status, version, fields.framing);
  return framing.kind === 'fault' ? framing : { kind: 'response', status, version, fields, framing };
}
