import { type Fault, fault } from './fault.ts';
import { type Field, parseFields } from './field.ts';
import { type Framing, responseFraming } from './framing.ts';

/** The head of an upstream's response, read as strictly as a request's: it must not desynchronise the client. */
export interface ResponseHead {
  readonly kind: 'response';
  readonly status: number;
  readonly version: 'HTTP/1.0' | 'HTTP/1.1';
  readonly fields: readonly Field[];
  readonly framing: Framing;
}

const statusLine = /^(HTTP\/1\.[01]) ([1-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;

/** Reads the head of the response to a request of this method. The reason phrase is not kept: it means nothing. */
export function parseResponseHead(lines: readonly string[], method: string): ResponseHead | Fault {
  const match = statusLine.exec(lines[0] ?? '');
  if (match === null) return fault('status_line', 'The server did not answer with an HTTP/1.1 status line.');
  const version = match[1] === 'HTTP/1.0' ? 'HTTP/1.0' : 'HTTP/1.1';
  const status = Number(match[2]);
  const fields = parseFields(lines, 1, { allowLatin: true });
  if (fields.kind === 'fault') return fields;
  if (status < 200) return { kind: 'response', status, version, fields: fields.list, framing: { kind: 'none' } };
  const framing = responseFraming(method, status, version, fields.list);
  if (framing.kind === 'fault') return framing;
  return { kind: 'response', status, version, fields: fields.list, framing };
}
