import { type Fault, fault } from '../wire/fault.ts';
import { ByteCursor } from './byte-cursor.ts';

/** What a TLS client says in the clear before anything is encrypted. */
export interface ClientHello {
  readonly kind: 'hello';
  /** The name of the server it wants (RFC 6066, 3), lower case; absent for address literals. */
  readonly serverName: string | undefined;
  /** It carries a second, encrypted hello, which may want another server (RFC 9849). Chrome sends dummies of it. */
  readonly hasEncryptedHello: boolean;
}

/** Not enough bytes yet. */
export interface Incomplete {
  readonly kind: 'incomplete';
}

/** A hello with post-quantum key shares is about 1.8 KiB; nothing honest comes near this. */
const maximumHello = 64 * 1024;

const handshakeRecord = 22;
const clientHelloMessage = 1;
const serverNameExtension = 0;
const encryptedHelloExtension = 0xfe0d;
const hostNamePattern = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

/** True when these bytes can be the beginning of a TLS handshake: its record type comes first (RFC 8446, 5.1). */
export function looksLikeTls(bytes: Buffer): boolean {
  return bytes[0] === handshakeRecord;
}

/**
 * Reads a ClientHello without taking part in the handshake. It may be spread over several records; the first message
 * must be complete and well-formed to its last byte, so that no other reader finds another name in it.
 */
export function readClientHello(bytes: Buffer): ClientHello | Incomplete | Fault {
  const message = joinRecords(bytes);
  if (!Buffer.isBuffer(message)) return message;
  return parseHello(new ByteCursor(message)) ?? malformed;
}

const malformed: Fault = fault('client_hello', 'What was sent into the tunnel is not a well-formed TLS ClientHello.');

function joinRecords(bytes: Buffer): Buffer | Incomplete | Fault {
  const fragments: Buffer[] = [];
  let joined = 0;
  let position = 0;
  for (;;) {
    if (bytes.length > maximumHello) return malformed;
    if (bytes.length > position && bytes[position] !== handshakeRecord) return malformed;
    if (bytes.length < position + 5) return { kind: 'incomplete' };
    const length = bytes.readUInt16BE(position + 3);
    if (bytes[position + 1] !== 3 || length === 0 || length > 16_384) return malformed;
    const fragment = bytes.subarray(position + 5, position + 5 + length);
    fragments.push(fragment);
    joined += fragment.length;
    position += 5 + length;
    const message = fragments.length === 1 ? fragment : Buffer.concat(fragments, joined);
    if (message.length >= 4) {
      if (message[0] !== clientHelloMessage) return malformed;
      const end = 4 + message.readUIntBE(1, 3);
      if (end > maximumHello) return malformed;
      if (message.length > end) return malformed; // more than one message before the server spoke
      if (message.length === end) return message.subarray(4);
    }
    if (bytes.length < position) return { kind: 'incomplete' };
  }
}

function parseHello(hello: ByteCursor): ClientHello | undefined {
  hello.skip(2 + 32); // legacy version, random
  hello.vector(1); // session
  hello.vector(2); // cipher suites
  hello.vector(1); // compression
  const extensions = new ByteCursor(hello.left > 0 ? hello.vector(2) : Buffer.alloc(0));
  if (hello.failed || hello.left > 0) return undefined;
  const seen = new Set<number>();
  let serverName: string | undefined;
  while (extensions.left > 0) {
    const type = extensions.number(2);
    const body = extensions.vector(2);
    if (extensions.failed || seen.has(type)) return undefined;
    seen.add(type);
    if (type !== serverNameExtension) continue;
    serverName = readServerName(new ByteCursor(body));
    if (serverName === undefined) return undefined;
  }
  return { kind: 'hello', serverName, hasEncryptedHello: seen.has(encryptedHelloExtension) };
}

function readServerName(extension: ByteCursor): string | undefined {
  const list = new ByteCursor(extension.vector(2));
  const type = list.number(1);
  const name = list.vector(2).toString('latin1').toLowerCase();
  const isWhole = !extension.failed && extension.left === 0 && !list.failed && list.left === 0;
  return isWhole && type === 0 && hostNamePattern.test(name) ? name : undefined;
}
