/** A question about a name (RFC 1035, 4.1). */
export interface NameQuery {
  readonly kind: 'query';
  /** As it was written, lower and upper case, without a trailing dot; empty for the root. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  /** The bytes of the question, to be repeated in the answer. */
  readonly question: Buffer;
  readonly id: number;
  readonly wantsRecursion: boolean;
}

/** A message that gets this code and no more (RFC 1035, 4.1.1). */
export interface BadQuery {
  readonly kind: 'bad';
  readonly id: number;
  readonly code: number;
}

const headerBytes = 12;
const longestName = 255;
const longestLabel = 63;
const flag = { response: 0x8000, operation: 0x7800, recursion: 0x0100, recursionOffered: 0x0080 } as const;

export const responseCode = { ok: 0, malformed: 1, failed: 2, unknown: 3, notImplemented: 4, refused: 5 } as const;

/**
 * Reads a message of a client. Undefined for what gets no answer: it is too short to have an id, or an answer itself.
 * Whatever comes behind the question (EDNS and the like) asks for nothing that we have.
 */
export function readQuery(bytes: Buffer): NameQuery | BadQuery | undefined {
  if (bytes.length < headerBytes) return undefined;
  const id = bytes.readUInt16BE(0);
  const flags = bytes.readUInt16BE(2);
  if ((flags & flag.response) !== 0) return undefined;
  if ((flags & flag.operation) !== 0) return { kind: 'bad', id, code: responseCode.notImplemented };
  const [questions, answers, authorities] = [4, 6, 8].map((offset) => bytes.readUInt16BE(offset));
  const name = questions === 1 && answers === 0 && authorities === 0 ? readName(bytes) : undefined;
  if (name === undefined || name.end + 4 > bytes.length) return { kind: 'bad', id, code: responseCode.malformed };
  return {
    kind: 'query',
    id,
    name: name.text,
    type: bytes.readUInt16BE(name.end),
    class: bytes.readUInt16BE(name.end + 2),
    question: bytes.subarray(headerBytes, name.end + 4),
    wantsRecursion: (flags & flag.recursion) !== 0,
  };
}

/** The name of the question. A pointer (RFC 1035, 4.1.4) has nothing to point to there. */
function readName(bytes: Buffer): { readonly text: string; readonly end: number } | undefined {
  const labels: string[] = [];
  for (let at = headerBytes; at < bytes.length; ) {
    const length = bytes.readUInt8(at);
    const end = at + 1 + length;
    if (length > longestLabel || end - headerBytes > longestName) return undefined;
    if (length === 0) return { text: labels.join('.'), end };
    const label = bytes.toString('latin1', at + 1, end);
    // A dot inside a label would read as two labels.
    if (end > bytes.length || label.includes('.')) return undefined;
    labels.push(label);
    at = end;
  }
  return undefined;
}

/** Seconds for which a program may keep an answer. Addresses keep their meaning as long as their sandbox lives. */
const lifetimeSeconds = 60;
const pointerToQuestion = 0xc000 | headerBytes;

/** Writes an answer, with at most one address. */
export function writeAnswer(query: NameQuery | BadQuery, code: number, address?: string): Buffer {
  const header = Buffer.alloc(headerBytes);
  const isRead = query.kind === 'query';
  header.writeUInt16BE(query.id, 0);
  const recursion = isRead && query.wantsRecursion ? flag.recursion | flag.recursionOffered : 0;
  header.writeUInt16BE(flag.response | recursion | code, 2);
  header.writeUInt16BE(isRead ? 1 : 0, 4);
  header.writeUInt16BE(address === undefined ? 0 : 1, 6);
  const parts = isRead ? [header, query.question] : [header];
  if (address !== undefined) {
    const record = Buffer.alloc(16);
    record.writeUInt16BE(pointerToQuestion, 0);
    record.writeUInt16BE(recordType.address, 2);
    record.writeUInt16BE(internetClass, 4);
    record.writeUInt32BE(lifetimeSeconds, 6);
    record.writeUInt16BE(4, 10);
    for (const [index, part] of address.split('.').entries()) record.writeUInt8(Number(part), 12 + index);
    parts.push(record);
  }
  return Buffer.concat(parts);
}

export const recordType = { address: 1, pointer: 12, any: 255 } as const;
export const internetClass = 1;
