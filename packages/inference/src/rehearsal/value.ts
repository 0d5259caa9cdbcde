import type { ResultPattern, Scenario, ValueSource } from './scenario.ts';
import { type PlayedResult, type Transcript, wireToolName } from './transcript.ts';

/** The results that a pattern picks, oldest first. */
export function pickResults(transcript: Transcript, wanted: ResultPattern): readonly PlayedResult[] {
  return transcript.results.filter((result) => fits(result, wanted));
}

function fits(result: PlayedResult, wanted: ResultPattern): boolean {
  if (wanted.call !== undefined) {
    const [step, name] = wanted.call.split('.');
    if (result.call?.step !== step || (name !== undefined && result.call?.name !== name)) return false;
  }
  if (wanted.tool !== undefined && result.tool !== wireToolName(wanted.tool)) return false;
  if (wanted.state !== undefined && (wanted.state === 'denied') !== result.denied) return false;
  if (wanted.text !== undefined && !wanted.text.test(result.text)) return false;
  if (wanted.pointer === undefined && wanted.matches === undefined) return true;
  const pointed = pointedText(result.text, wanted.pointer ?? '');
  return pointed !== undefined && (wanted.matches?.test(pointed) ?? true);
}

/** Every match of a value, oldest first; empty when there is none. */
export function findValue(name: string, scenario: Scenario, transcript: Transcript): readonly string[] {
  const source = scenario.values?.[name];
  if (source === undefined) return [];
  const found = texts(source, transcript).flatMap((text) => matchesIn(text, source));
  const chosen = source.every ? [...new Set(found)] : found.slice(0, 1);
  return chosen.length === 0 && source.default !== undefined ? [source.default] : chosen;
}

function texts(source: ValueSource, transcript: Transcript): readonly string[] {
  const whole =
    source.from === undefined ? [transcript.task] : pickResults(transcript, source.from).map((result) => result.text);
  const { pointer } = source;
  return pointer === undefined ? whole : whole.flatMap((text) => pointedText(text, pointer) ?? []);
}

function matchesIn(text: string, source: ValueSource): readonly string[] {
  if (source.pattern === undefined) return [text];
  return [...text.matchAll(new RegExp(source.pattern, 'gis'))].map((match) => match[1] ?? match[0]);
}

/** What a JSON pointer (RFC 6901) finds in a JSON text, as text. */
function pointedText(text: string, pointer: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
