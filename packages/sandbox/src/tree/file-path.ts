import { isUtf8 } from 'node:buffer';

/** A path as JSON can carry it: UTF-8 text where it is that, else base64 of its bytes. */
export interface EncodedPath {
  readonly path: string;
  readonly pathEncoding: 'utf-8' | 'base64';
}

/** Encodes the bytes of a path without losing any. */
export function encodePath(bytes: Buffer): EncodedPath {
  return isUtf8(bytes)
    ? { path: bytes.toString('utf8'), pathEncoding: 'utf-8' }
    : { path: bytes.toString('base64'), pathEncoding: 'base64' };
}

/** The bytes again. */
export function decodePath(encoded: EncodedPath): Buffer {
  return Buffer.from(encoded.path, encoded.pathEncoding === 'base64' ? 'base64' : 'utf8');
}

/** The path as a text with one character for each byte: what is compared and cut stays what it is. */
export function bytesOf(path: EncodedPath): string {
  return decodePath(path).toString('latin1');
}

/** The paths that may have been written like this: the text itself, and what it is the base64 of when that is no text. */
export function pathsWrittenAs(path: string): readonly Buffer[] {
  const bytes = Buffer.from(path, 'base64');
  const isBase64 = !isUtf8(bytes) && bytes.toString('base64') === path;
  return isBase64 ? [Buffer.from(path), bytes] : [Buffer.from(path)];
}
