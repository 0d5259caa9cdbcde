import { findPlaceholders } from './placeholder.ts';

/** Something of the form of a placeholder in a request. */
export interface Sighting {
  readonly core: string;
  /** As a binding would write it; undefined for a place that no binding can name. */
  readonly place: string | undefined;
  /** What stands at that place. A credential takes the place of all of it, unless the place allows text around it. */
  readonly whole: string;
}

/** Whether the placeholder may have text around it: a segment of a path, a text. */
export function allowsText(place: string): boolean {
  return place === 'path' || place === 'text' || place === 'websocket';
}

/** Everything in a text, as seen at one place. */
export function sightingsIn(text: string, place: string | undefined): readonly Sighting[] {
  return findPlaceholders(text).map((core) => ({ core, place, whole: text }));
}
