import { fillText } from './body.ts';
import { fillJson, jsonSightings } from './json-body.ts';
import { type Sighting, sightingsIn } from './sighting.ts';

/**
 * Where placeholders stand in a text message. Nothing says of what kind a message is, so what begins like JSON must be JSON
 * that everybody reads alike, and its places are pointers; all else is text.
 */
export function messageSightings(message: Buffer): readonly Sighting[] {
  const text = message.toString('utf8');
  return isLikeJson(text) ? jsonSightings(message, 'websocket') : sightingsIn(text, 'websocket');
}

/** Writes the texts in place of their placeholders; in JSON as the inside of a string. */
export function fillMessage(message: Buffer, texts: ReadonlyMap<string, string>): Buffer {
  const text = message.toString('utf8');
  return Buffer.from(isLikeJson(text) ? fillJson(text, texts) : fillText(text, texts));
}

function isLikeJson(text: string): boolean {
  return /^[\s\ufeff]*[[{"]/.test(text);
}
