/**
 * Writes DER (X.690): just the forms that a certificate of ours has. Writing is the easy half of ASN.1; nothing here
 * reads any.
 */
export type Der = Buffer<ArrayBuffer>;

const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  generalizedTime: 0x18,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One element: tag, length, content. */
export function element(tag: number, ...content: readonly Uint8Array[]): Der {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag, ...lengthOctets(body.length)]), body]);
}

function lengthOctets(length: number): readonly number[] {
  if (length < 0x80) return [length];
  if (length < 0x100) return [0x81, length];
  return [0x82, length >> 8, length & 0xff];
}

export function sequence(...content: readonly Uint8Array[]): Der {
  return element(tags.sequence, ...content);
}

export function set(...content: readonly Uint8Array[]): Der {
  return element(tags.set, ...content);
}

/** An object identifier, written as in the standards: `2.5.29.17`. */
export function objectIdentifier(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return element(tags.objectIdentifier, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(number: number): readonly number[] {
  const octets = [number & 0x7f];
  for (let left = number >> 7; left > 0; left >>= 7) octets.unshift((left & 0x7f) | 0x80);
  return octets;
}

/** A positive integer from its bytes, which must not begin with a zero byte or a set high bit. */
export function integer(bytes: Uint8Array): Der {
  return element(tags.integer, bytes);
}

export function boolean(value: boolean): Der {
  return element(tags.boolean, Buffer.from([value ? 0xff : 0]));
}

export function octetString(content: Uint8Array): Der {
  return element(tags.octetString, content);
}

/** A bit string; `unused` bits at the end of the last byte do not count. */
export function bitString(content: Uint8Array, unused = 0): Der {
  return element(tags.bitString, Buffer.from([unused]), content);
}

export function utf8String(text: string): Der {
  return element(tags.utf8String, Buffer.from(text));
}

/** A time of a certificate: UTCTime up to 2049, GeneralizedTime after (RFC 5280, 4.1.2.5). */
export function time(date: Date): Der {
  const digits = `${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
  return date.getUTCFullYear() < 2050
    ? element(tags.utcTime, Buffer.from(digits.slice(2)))
    : element(tags.generalizedTime, Buffer.from(digits));
}
