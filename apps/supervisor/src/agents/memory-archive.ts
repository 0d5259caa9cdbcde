import { ClawholdError, limits } from '@clawhold/spec';

/** A file that an agent keeps. Nothing but its words and when they were written: no owner, no permission, no link. */
export interface KeptFile {
  readonly bytes: Buffer;
  /** Whole seconds since 1970. Programs take the newest conversation for the last one. */
  readonly written: number;
}

/** By the path from the folder of the memory on. */
export type KeptFiles = ReadonlyMap<string, KeptFile>;

const block = 512;
const longestPath = 255;
const regularFile = 0x30;

/**
 * Reads what `tar --format=ustar` (POSIX.1-1988) wrote in a sandbox, which may be hostile. Only plain files with plain names are
 * taken; links, devices, folders and every extension of the format are passed by.
 *
 * @returns undefined when it is not whole or no such archive.
 * @throws ClawholdError `state_agent_memory` when there are too many files.
 */
export function readArchive(archive: Buffer): KeptFiles | undefined {
  const files = new Map<string, KeptFile>();
  for (let at = 0; at + block <= archive.length; ) {
    const header = archive.subarray(at, at + block);
    if (header.every((byte) => byte === 0)) return files;
    const [size, sum] = [number(header, 124, 12), number(header, 148, 8)];
    if (size === undefined || sum !== sumOf(header)) return undefined;
    const begin = at + block;
    at = begin + Math.ceil(size / block) * block;
    if (at > archive.length) return undefined;
    const path = pathIn(header);
    if (header[156] !== regularFile || path === undefined) continue;
    files.set(path, { bytes: archive.subarray(begin, begin + size), written: number(header, 136, 12) ?? 0 });
    if (files.size > limits.agentMemoryFiles) throw tooMuch();
  }
  return undefined;
}

/** What a `tar -x` makes these files of. Every byte of a header is ours. */
export function writeArchive(files: KeptFiles): Buffer {
  const parts: Buffer[] = [];
  for (const [path, { bytes, written }] of files)
    parts.push(headerOf(path, bytes.length, written), bytes, Buffer.alloc((block - (bytes.length % block)) % block));
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

export function tooMuch(): ClawholdError {
  const [mebibytes, files] = [limits.agentMemoryBytes / 1024 ** 2, limits.agentMemoryFiles];
  return new ClawholdError('state_agent_memory', `An agent keeps at most ${mebibytes} MiB in ${files} files.`);
}

function headerOf(path: string, size: number, written: number): Buffer {
  const header = Buffer.alloc(block);
  const whole = Buffer.from(path);
  // The name has 100 bytes; what does not fit stands before it, up to a slash.
  const cut = whole.length <= 100 ? -1 : whole.indexOf('/', whole.length - 101);
  whole.copy(header, 0, cut + 1);
  if (cut > 0) whole.copy(header, 345, 0, cut);
  for (const [at, length, value] of [
    [100, 8, 0o600],
    [108, 8, 0],
    [116, 8, 0],
    [124, 12, size],
    [136, 12, written],
  ] as const)
    header.write(value.toString(8).padStart(length - 1, '0'), at, 'latin1');
  header[156] = regularFile;
  header.write('ustar\x0000', 257, 'latin1');
  header.write(`${sumOf(header).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** Undefined for a name that is none of a plain file: no folder is left by it, and no line or terminal is misled. */
function pathIn(header: Buffer): string | undefined {
  const [prefix, name] = [wordIn(header, 345, 155), wordIn(header, 0, 100)];
  const bytes = prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from('/'), name]);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
  const path = text.replace(/^(\.\/)+/, '');
  const isPlain = path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  return isPlain && bytes.length <= longestPath && !/\p{C}/u.test(path) ? path : undefined;
}

function wordIn(header: Buffer, at: number, length: number): Buffer {
  const word = header.subarray(at, at + length);
  const end = word.indexOf(0);
  return end < 0 ? word : word.subarray(0, end);
}

/** Undefined for what is no octal number: a base-256 one is of an extension, and no size that we take. */
function number(header: Buffer, at: number, length: number): number | undefined {
  const [, digits] = /^ *([0-7]+)[ \0]*$/.exec(header.toString('latin1', at, at + length)) ?? [];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}

/** Of all bytes, those of the sum itself counted as blanks. */
function sumOf(header: Buffer): number {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);
}
