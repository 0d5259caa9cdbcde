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
