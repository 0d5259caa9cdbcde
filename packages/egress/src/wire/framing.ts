import { type Fault, fault } from './fault.ts';
import { type Field, fieldValue } from './field.ts';

/** Where a body ends. `until_close` exists for responses only. */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until_close' };

/** Requests of these methods have no body: some servers do not read one and take it for the next request. */
export const bodiless: ReadonlySet<string> = new Set(['GET', 'HEAD', 'CONNECT', 'TRACE']);

/** A length as both versions of HTTP write it. */
export const decimal: RegExp = /^(?:0|[1-9]\d{0,14})$/;

/** Where the body of a request ends, given what its fields declare (RFC 9112, 6). */
export function requestFraming(method: string, framing: Framing | undefined): Framing | Fault {
  if (framing === undefined || (framing.kind === 'length' && framing.length === 0)) return { kind: 'none' };
  if (bodiless.has(method)) return fault('unexpected_body', `A ${method} request has no body here.`);
  return framing;
}

/** Where the body of a response ends, given what its fields declare and the method it answers (RFC 9112, 6.3). */
export function responseFraming(
  method: string,
  status: number,
  version: string,
  framing: Framing | Fault | undefined,
): Framing | Fault {
  if (framing?.kind === 'fault') return framing;
  if (framing?.kind === 'chunked' && version !== 'HTTP/1.1')
    return fault('chunked_version', 'A response before HTTP/1.1 cannot be chunked.');
  if (method === 'HEAD' || status === 204 || status === 304) return { kind: 'none' };
  return framing ?? { kind: 'until_close' };
}

/**
 * What the fields say of the end of a body. Content-Length together with Transfer-Encoding, a coding other than exactly
 * `chunked`, and a length that is not plainly decimal are the classic ways to smuggle a second request: faults.
 */
export function declaredFraming(fields: readonly Field[]): Framing | Fault | undefined {
  const length = fieldValue(fields, 'content-length');
  const coding = fieldValue(fields, 'transfer-encoding');
  if (coding !== undefined) {
    if (length !== undefined)
      return fault('length_and_coding', 'Content-Length and Transfer-Encoding contradict each other.');
    if (coding !== 'chunked') return fault('transfer_coding', 'The only transfer coding is chunked.', 501);
    return { kind: 'chunked' };
  }
  if (length === undefined) return undefined;
  if (!decimal.test(length)) return fault('content_length', 'Content-Length is not a plain decimal number.');
  return { kind: 'length', length: Number(length) };
}
