import { createHash, randomBytes } from 'node:crypto';
import { type Fault, fault } from './fault.ts';
import { type Field, fieldValue } from './field.ts';

/** What a client asks for with an upgrade to a WebSocket (RFC 6455, 4.1). Extensions are not among it: none is offered on. */
export interface WebSocketOffer {
  readonly key: string;
  /** Sub-protocols, as the client would have them. */
  readonly protocols: readonly string[];
}

/** Sixteen bytes in base64. */
const keyPattern = /^[A-Za-z0-9+/]{21}[AQgw]==$/;
const tokenPattern = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Reads the fields of a request that has `Upgrade: websocket`. */
export function readOffer(method: string, fields: readonly Field[]): WebSocketOffer | Fault {
  const key = fieldValue(fields, 'sec-websocket-key') ?? '';
  const isWhole =
    method === 'GET' &&
    fieldValue(fields, 'upgrade')?.toLowerCase() === 'websocket' &&
    hasOption(fields, 'upgrade') &&
    fieldValue(fields, 'sec-websocket-version') === '13' &&
    keyPattern.test(key) &&
    fields.filter(({ name }) => name === 'sec-websocket-key').length === 1;
  if (!isWhole) return fault('upgrade', 'The only change of protocol is that of RFC 6455, to a WebSocket.', 501);
  const protocols = tokens(fields, 'sec-websocket-protocol');
  return protocols.every((one) => tokenPattern.test(one)) && new Set(protocols).size === protocols.length
    ? { key, protocols }
    : fault('upgrade', 'The list of sub-protocols is not one of different words.');
}

/** The fields by which we ask a server, and what it must answer to them. */
export interface OwnOffer {
  readonly fields: readonly Field[];
  readonly accept: string;
}

/** Asks anew, with a key of our own: what a server says to it was said to this request. */
export function makeOffer({ protocols }: WebSocketOffer): OwnOffer {
  const key = randomBytes(16).toString('base64');
  return {
    fields: [
      { name: 'upgrade', value: 'websocket' },
      { name: 'connection', value: 'Upgrade' },
      { name: 'sec-websocket-version', value: '13' },
      { name: 'sec-websocket-key', value: key },
      ...(protocols.length > 0 ? [{ name: 'sec-websocket-protocol', value: protocols.join(', ') }] : []),
    ],
    accept: acceptOf(key),
  };
}

/** What a server chose. */
export interface Chosen {
  readonly kind: 'chosen';
  readonly protocol: string | undefined;
}

/** Reads the fields of an answer with status 101. */
export function readChoice(fields: readonly Field[], accept: string, { protocols }: WebSocketOffer): Chosen | Fault {
  const protocol = fieldValue(fields, 'sec-websocket-protocol');
  const isInOrder =
    fieldValue(fields, 'upgrade')?.toLowerCase() === 'websocket' &&
    hasOption(fields, 'upgrade') &&
    fieldValue(fields, 'sec-websocket-accept') === accept &&
    fieldValue(fields, 'sec-websocket-extensions') === undefined &&
    (protocol === undefined || protocols.includes(protocol));
  return isInOrder
    ? { kind: 'chosen', protocol }
    : fault('switched', 'The host changed the protocol to something that it was not asked for.', 502);
}

/** The fields that tell a client that its offer was taken. */
export function acceptFields({ key }: WebSocketOffer, protocol: string | undefined): readonly Field[] {
  return [
    { name: 'upgrade', value: 'websocket' },
    { name: 'connection', value: 'Upgrade' },
    { name: 'sec-websocket-accept', value: acceptOf(key) },
    ...(protocol === undefined ? [] : [{ name: 'sec-websocket-protocol', value: protocol }]),
  ];
}

// The text is RFC 6455's own (1.3). SHA-1 proves nothing here but that the server read the key.
function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

function tokens(fields: readonly Field[], name: string): readonly string[] {
  return fields
    .filter((field) => field.name === name)
    .flatMap(({ value }) => value.split(','))
    .map((token) => token.trim());
}

function hasOption(fields: readonly Field[], option: string): boolean {
  return tokens(fields, 'connection').some((token) => token.toLowerCase() === option);
}
