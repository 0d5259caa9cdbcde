import { Buffer } from 'node:buffer';
import type { Found } from '../detector.ts';
import { Peeler } from '../reading/peel.ts';
import { findPersonal } from './find-personal.ts';
import { findTokens } from './find-tokens.ts';

/** What a policy can forbid that is known by its form. */
export type Shape = 'credentials' | 'pii';

/** So many layers of encoding are taken off. */
const layers = 2;

/** Looks for these shapes in a whole text, as it stands and in what it encodes: escapes and base64, two deep. */
export function findShapes(text: Uint8Array, shapes: readonly Shape[]): readonly Found[] {
  const found: Found[] = [];
  find(latin1(text), shapes, layers, found);
  return found;
}

/** @param text one character for each byte. */
function find(text: string, shapes: readonly Shape[], below: number, found: Found[]): void {
  for (const shape of shapes) found.push(...finders[shape](text));
  if (below === 0) return;
  if (/[%\\]/.test(text)) {
    const peeler = new Peeler();
    const bytes = Buffer.from(text, 'latin1');
    find(latin1(Buffer.concat([peeler.peel(bytes), peeler.end()])), shapes, below - 1, found);
  }
  const runs = text.match(base64Run);
  if (runs === null) return;
  // Where in a group of four it begins is not known when other letters stand before it.
  for (let skipped = 0; skipped < 4; skipped++) {
    find(decoded(runs, skipped), shapes, below - 1, found);
  }
}

/** What these runs mean from so many letters on, with a NUL behind each. */
function decoded(runs: readonly string[], skipped: number): string {
  const bytes = Buffer.allocUnsafe(runs.reduce((sum, run) => sum + run.length, 0));
  let length = 0;
  for (const run of runs) {
    length += bytes.write(run.slice(skipped), length, 'base64');
    length = bytes.writeUInt8(0, length);
  }
  return latin1(bytes.subarray(0, length));
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

const finders = { credentials: findTokens, pii: findPersonal } as const satisfies Record<Shape, unknown>;

/** Letters of base64, in either alphabet. A shorter run of them holds no credential. */
const base64Run = /[A-Za-z0-9+/_-]{24,}/g;
