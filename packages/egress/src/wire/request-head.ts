import { type Fault, fault } from './fault.ts';
import { type Field, fieldValue, parseFields } from './field.ts';
import { type Framing, requestFraming } from './framing.ts';
import { readOffer, type WebSocketOffer } from './websocket-offer.ts';

/** A request line and its fields, read strictly; the target is still as it was written. */
export interface RequestHead {
  readonly kind: 'request';
  readonly method: string;
  readonly target: string;
  readonly version: 'HTTP/1.0' | 'HTTP/1.1';
  readonly fields: readonly Field[];
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
export function parseRequestHead(lines: readonly string[]): RequestHead | Fault {
  const parts = (lines[0] ?? '').split(' ');
  const [method = '', target = '', version = ''] = parts;
  if (parts.length !== 3) return fault('request_line', 'The request line is not "METHOD target HTTP/1.1".');
  if (!methodPattern.test(method)) return fault('method', 'The method is not an upper-case word.');
  if (target.length > maximumTarget) return fault('target_too_long', 'The request target is too long.', 414);
  if (!targetPattern.test(target)) return fault('target', 'The request target has a character it may not have.');
  if (!isAccepted(version, method)) return fault('version', 'This proxy speaks HTTP/1.1.', 505);
  if (method === 'TRACE') return fault('trace', 'TRACE shows a request to its sender and is not forwarded.', 501);
  const fields = parseFields(lines, 1, { allowLatin: false });
  if (fields.kind === 'fault') return fields;
  const wantsUpgrade = fieldValue(fields.list, 'upgrade') !== undefined;
  const refused = refusedField(fields.list, wantsUpgrade);
  if (refused !== undefined) return refused;
  const framing = requestFraming(method, fields.list);
  if (framing.kind === 'fault') return framing;
  const head = { kind: 'request', method, target, version, fields: fields.list, framing } as const;
  if (!wantsUpgrade) return head;
  const webSocket = framing.kind === 'none' ? readOffer(method, fields.list) : noUpgrade;
  return 'kind' in webSocket ? webSocket : { ...head, webSocket };
}

function isAccepted(version: string, method: string): version is RequestHead['version'] {
  return version === 'HTTP/1.1' || (version === 'HTTP/1.0' && method === 'CONNECT');
}

// A Connection option names a field that ends here. Naming Host or Content-Length makes some proxies drop it.
const connectionOptions: ReadonlySet<string> = new Set(['close', 'keep-alive', 'te', 'proxy-connection']);

const noUpgrade: Fault = fault('upgrade', 'This proxy does not change protocols (Upgrade), but to a WebSocket.', 501);

function namesKnownOptions(value: string, wantsUpgrade: boolean): boolean {
  return value.split(',').every((written) => {
    const option = written.trim().toLowerCase();
    return connectionOptions.has(option) || (wantsUpgrade && option === 'upgrade');
  });
}

function refusedField(fields: readonly Field[], wantsUpgrade: boolean): Fault | undefined {
  for (const { name, value } of fields) {
    if (name === 'upgrade' && value.toLowerCase() !== 'websocket') return noUpgrade;
    if (name === 'trailer') return fault('trailers', 'Requests with trailers are not forwarded.');
    if (name === 'expect' && value.toLowerCase() !== '100-continue')
      return fault('expectation', 'The only expectation is 100-continue.', 417);
    if (name === 'connection' && !namesKnownOptions(value, wantsUpgrade))
      return fault('connection_option', 'The field Connection names something else than close and keep-alive.');
  }
  return undefined;
}
