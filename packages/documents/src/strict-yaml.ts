import { ClawholdError, type ErrorCode } from '@clawhold/spec';
import type { z } from 'zod';
import { nearestWord } from './nearest-word.ts';
import { readYaml } from './yaml-source.ts';

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
  text: string,
  file: string,
  schema: Schema,
  { code = 'input_configuration', afterwards = 'start again' }: StrictYamlOptions = {},
): z.output<Schema> {
  const problem = (line: number, what: string): ClawholdError =>
    new ClawholdError(code, `${file}, line ${line}: ${what.replace(/\.$/, '')}.`, {
      hint: `Correct line ${line} of ${file} and ${afterwards}.`,
    });
  const read = readYaml(text);
  if (read.kind === 'invalid') throw problem(read.faults[0].line, read.faults[0].message);
  const { source } = read;
  const result = schema.safeParse(source.value);
  if (result.success) return result.data;
  const { issues } = result.error;
  // A misspelled key also makes the right one missing: the cause is worth more than its effect.
  const issue = issues.find((found) => found.code === 'unrecognized_keys') ?? issues[0];
  if (issue === undefined) throw problem(1, 'not valid');
  const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    throw problem(
      source.placeOf([...path, key]).line,
      `"${key}" is not a key ${path.length === 0 ? 'here' : `of ${path.join('.')}`}${suggestion(key, schema, path)}`,
    );
  }
  throw problem(source.placeOf(path).line, `${path.join('.') || 'the document'}: ${issue.message}`);
}

/** Looks the known keys up by asking the schema with JSON Schema, which every zod schema can be written as. */
function suggestion(key: string, schema: z.ZodType, path: readonly (string | number)[]): string {
  const known = knownKeys(schema, path);
  const near = nearestWord(key, known);
  if (near !== undefined) return `; did you mean "${near}"`;
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
