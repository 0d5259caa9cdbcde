import { Buffer } from 'node:buffer';
import type { Detector, Found } from '../detector.ts';
import { isPlain, Peeler } from '../reading/peel.ts';
import { PersonalDetector } from './personal-detector.ts';
import { TokenDetector } from './token-detector.ts';

/** What a policy can forbid that is known by its form. */
export type Shape = 'credentials' | 'pii';

/** So many layers of encoding are taken off. */
const layers = 2;
/** A shorter run of the letters of base64 holds no credential. */
const shortestRun = 24;

/** A detector of these shapes in a text as it stands. */
export function detectorOf(shape: Shape): Detector {
  return shape === 'credentials' ? new TokenDetector() : new PersonalDetector();
}

/** Looks for these shapes in a whole text, as it stands and in what it encodes: escapes and base64, two deep. */
export function findShapes(text: Uint8Array, shapes: readonly Shape[]): readonly Found[] {
  return find(text, shapes, layers);
}

function find(text: Uint8Array, shapes: readonly Shape[], below: number): readonly Found[] {
  const readable = Buffer.from(printable(text).join('\0'), 'latin1');
  const found = shapes.flatMap((shape) => {
    const detector = detectorOf(shape);
    return [...detector.feed(readable), ...detector.end()];
  });
  if (below === 0) return found;
  if (!isPlain(text)) {
    const peeler = new Peeler();
    found.push(...find(Buffer.concat([peeler.peel(text), peeler.end()]), shapes, below - 1));
  }
  // Where in a group of four it begins is not known when other letters stand before it.
  for (const run of runsOf(text))
    for (let skipped = 0; skipped < 4; skipped++)
      found.push(...find(Buffer.from(run.slice(skipped), 'base64'), shapes, below - 1));
  return found;
}

/** What can be read: of a picture, or decoded from a wrong place, next to nothing. No shape is shorter than this. */
function printable(text: Uint8Array): readonly string[] {
  return latin1(text).match(/[\t\n\r\x20-\x7e]{6,}/g) ?? [];
}

function latin1(text: Uint8Array): string {
  return Buffer.from(text.buffer, text.byteOffset, text.length).toString('latin1');
}

/** Runs of the letters of base64, in either alphabet. */
function runsOf(text: Uint8Array): readonly string[] {
  return latin1(text)
    .split(/[^A-Za-z0-9+/_-]/)
    .filter(({ length }) => length >= shortestRun);
}
