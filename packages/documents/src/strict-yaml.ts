import { ClawholdError, type ErrorCode } from '@clawhold/spec';
import { LineCounter, type ParsedNode, parseDocument } from 'yaml';
import type { z } from 'zod';
import { nearestWord } from './nearest-word.ts';

/** More aliases than this in one document is an attack on memory, not a configuration. */
const mostAliases = 100;

export interface StrictYamlOptions {
  /** Of the error. Default: `input_configuration`. */
  readonly code?: ErrorCode;
  /** What the person does once the line is correct. Default: `start again`. */
  readonly afterwards?: string;
}

/**
 * Reads a YAML document by a strict schema.
 *
 * @param file how the document is named in messages.
 * @throws ClawholdError with the code of the options: the message names file, line and key, and the nearest known key.
 */
export function readStrictYaml<Schema extends z.ZodType>(
  source: string,
  file: string,
  schema: Schema,
  { code = 'input_configuration', afterwards = 'start again' }: StrictYamlOptions = {},
): z.output<Schema> {
  const problem = (line: number, what: string): ClawholdError =>
    new ClawholdError(code, `${file}, line ${line}: ${what}.`, {
      hint: `Correct line ${line} of ${file} and ${afterwards}.`,
    });
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, uniqueKeys: true });
  const [broken] = document.errors;
  if (broken !== undefined) throw problem(lines.linePos(broken.pos[0]).line, firstLine(broken.message));
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: mostAliases });
  } catch (cause) {
    throw new ClawholdError(code, `${file} cannot be read: too many aliases.`, { cause });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  // A misspelled key also makes the right one missing: the cause is worth more than its effect.
  const issue = issues.find((found) => found.code === 'unrecognized_keys') ?? issues[0];
  if (issue === undefined) throw problem(1, 'not valid');
  const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    throw problem(
      lineOf(document.getIn(path, true), key, lines) ?? lineAt(document, path, lines),
      `"${key}" is not a key ${path.length === 0 ? 'here' : `of ${path.join('.')}`}${suggestion(key, schema, path)}`,
    );
  }
  throw problem(lineAt(document, path, lines), `${path.join('.') || 'the document'}: ${issue.message}`);
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.replace(/[:.]\s*$/, '') ?? text;
}

/** The line of the nearest part of the document that exists. */
function lineAt(
  document: { getIn(path: readonly unknown[], keep: true): unknown },
  path: readonly unknown[],
  lines: LineCounter,
): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const range = rangeOf(document.getIn(path.slice(0, length), true));
    if (range !== undefined) return lines.linePos(range).line;
  }
  return 1;
}

function lineOf(map: unknown, key: string, lines: LineCounter): number | undefined {
  const items: unknown = typeof map === 'object' && map !== null ? Reflect.get(map, 'items') : undefined;
  if (!Array.isArray(items)) return undefined;
  const pair = items.find((item: unknown) => String(Reflect.get(Object(item), 'key')) === key);
  const range = rangeOf(Reflect.get(Object(pair), 'key'));
  return range === undefined ? undefined : lines.linePos(range).line;
}

function rangeOf(node: unknown): number | undefined {
  // Every parsed node carries its range; what getIn gives for a missing path is undefined.
  return (node as ParsedNode | undefined)?.range?.[0];
}

/** Looks the known keys up by asking the schema with JSON Schema, which every zod schema can be written as. */
function suggestion(key: string, schema: z.ZodType, path: readonly (string | number)[]): string {
  const known = knownKeys(schema, path);
  const near = nearestWord(key, known);
  if (near !== undefined) return `; did you mean "${near}"?`.slice(0, -1);
  return known.length === 0 ? '' : `; it may have ${known.join(', ')}`;
}

function knownKeys(schema: z.ZodType, path: readonly (string | number)[]): readonly string[] {
  let at: unknown = schema.toJSONSchema({ io: 'input', unrepresentable: 'any' });
  for (const key of path) {
    const children: unknown = Reflect.get(Object(at), typeof key === 'number' ? 'items' : 'properties');
    at =
      typeof key === 'number'
        ? children
        : (Reflect.get(Object(children), key) ?? Reflect.get(Object(at), 'additionalProperties'));
  }
  return Object.keys(Object(Reflect.get(Object(at), 'properties')));
}
