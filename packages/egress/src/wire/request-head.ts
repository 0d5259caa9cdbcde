import { type Fault, fault } from './fault.ts';
import { type Framing, requestFraming } from './framing.ts';
import type { Head } from './head-reader.ts';
import { noUpgrade, type RequestFields } from './request-fields.ts';
import { readOffer, type WebSocketOffer } from './websocket-offer.ts';

/** A request line and its fields, read strictly; the target is still as it was written. */
export interface RequestHead {
  readonly kind: 'request';
  readonly method: string;
  readonly target: string;
  readonly version: 'HTTP/1.0' | 'HTTP/1.1';
  readonly fields: RequestFields;
  readonly framing: Framing;
  /** It asks for a WebSocket. */
  readonly webSocket?: WebSocketOffer;
}

/** A request target beyond this is 414; what servers accept is between 8,000 and 16,000 bytes. */
export const maximumTarget: number = 8 * 1024;

// Methods are case-sensitive (RFC 9110, 9.1), yet some servers read `get` as GET: what policy calls GET is spelt GET.
export const methodPattern: RegExp = /^[A-Z][A-Z-]{0,31}$/;
export const targetPattern: RegExp = /^[\x21-\x7e]+$/;

/**
 * Reads the head of a request. HTTP/1.1 only, except that CONNECT may be HTTP/1.0, as Python's http.client before 3.12
 * writes it: a CONNECT has no body and its answer no framing, so nothing can be read two ways.
 */
export function parseRequestHead({ firstLine, fields }: Head<RequestFields>): RequestHead | Fault {
  const methodEnd = firstLine.indexOf(' ');
  const targetEnd = firstLine.indexOf(' ', methodEnd + 1);
  if (methodEnd === -1 || targetEnd === -1 || firstLine.includes(' ', targetEnd + 1))
    return fault('request_line', 'The request line is not "METHOD target HTTP/1.1".');
  const method = firstLine.slice(0, methodEnd);
  const target = firstLine.slice(methodEnd + 1, targetEnd);
  const version = firstLine.slice(targetEnd + 1);
  if (!methodPattern.test(method)) return fault('method', 'The method is not an upper-case word.');
  if (target.length > maximumTarget) return fault('target_too_long', 'The request target is too long.', 414);
  if (!targetPattern.test(target)) return fault('target', 'The request target has a character it may not have.');
  if (!isAccepted(version, method)) return fault('version', 'This proxy speaks HTTP/1.1.', 505);
  if (method === 'TRACE') return fault('trace', 'TRACE shows a request to its sender and is not forwarded.', 501);
  if (fields.kind === 'fault') return fields;
  const framing = requestFraming(method, fields.framing);
  if (framing.kind === 'fault') return framing;
  const head = { kind: 'request', method, target, version, fields, framing } as const;
  if (!fields.wantsUpgrade) return head;
  const webSocket = framing.kind === 'none' ? readOffer(method, fields.list) : noUpgrade;
  return 'kind' in webSocket ? webSocket : { ...head, webSocket };
}

function isAccepted(version: string, method: string): version is RequestHead['version'] {
  return version === 'HTTP/1.1' || (version === 'HTTP/1.0' && method === 'CONNECT');
}
