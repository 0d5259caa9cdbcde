import { nearestWord } from '@clawhold/documents';
import { type PolicyDocument, policyDocumentSchema, presetFileSchema } from '@clawhold/spec';
import type { z } from 'zod';
import { findAmbiguities } from '../ambiguity/ambiguity.ts';
import { notesOf } from './differences.ts';
import { documentFindings } from './document-findings.ts';
import { type DocumentSource, readSource } from './document-source.ts';
import { knownElsewhere, unknownProtocol } from './known-elsewhere.ts';
import { type Finding, type Problem, writePath } from './problem.ts';
import { choicesAt, keysAt } from './schema-keys.ts';

export type Loaded =
  | {
      readonly kind: 'ok';
      readonly document: PolicyDocument;
      /** How this document is read differently from what its author may expect. */
      readonly notes: readonly Problem[];
    }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/**
 * Reads a policy document. Everything that is wrong is reported at once, each at its line, in the order of the lines.
 *
 * @param source YAML, for example the content of a file.
 * @param name what to call it in problems, for example the path of the file.
 */
export function loadPolicy(source: string, name: string): Loaded {
  const read = readSource(source, name);
  if (read.kind === 'invalid') return read;
  const schema = isPreset(read.source.value) ? presetFileSchema : policyDocumentSchema;
  const parsed = parseDocument(read.source.value);
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap((issue) => describe(issue, read.source, schema));
    return { kind: 'invalid', problems: inOrder(problems) };
  }
  const findings = [...documentFindings(parsed.data), ...findAmbiguities(parsed.data)];
  const problems = findings.map((finding) => problemOf(finding, read.source));
  if (problems.length > 0) return { kind: 'invalid', problems: inOrder(problems) };
  const notes = notesOf(parsed.data, isPreset(read.source.value));
  return { kind: 'ok', document: parsed.data, notes: inOrder(notes.map((note) => problemOf(note, read.source))) };
}

/** Reads a document, or a preset file, whose head stands for the version. */
function parseDocument(
  value: unknown,
): { readonly success: true; readonly data: PolicyDocument } | { readonly success: false; readonly error: z.ZodError } {
  if (!isPreset(value)) return policyDocumentSchema.safeParse(value);
  const parsed = presetFileSchema.safeParse(value);
  if (!parsed.success) return parsed;
  const { preset, network_policies } = parsed.data;
  const { name, description } = preset;
  const head = { version: 1 as const, name, ...(description === undefined ? {} : { description }) };
  return { success: true, data: { ...head, network_policies } };
}

function isPreset(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'preset' in value && !('version' in value);
}

/** Puts a finding at its line; another line that is part of it is named in words. */
function problemOf({ path, message, other }: Finding, source: DocumentSource): Problem {
  return source.problem(path, other === undefined ? message : `${message} (line ${source.lineOf(other)})`);
}

type Issue = z.core.$ZodIssue;

function describe(issue: Issue, source: DocumentSource, schema: z.ZodType): readonly Problem[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(issue.path, key, source, schema));
  const path = issue.path;
  const place = writePath(path.map(plain));
  if (path.length === 0) return [source.problem([], 'A policy is a mapping that begins with `version: 1`.')];
  if (place === 'version') return [source.problem(path, 'Write `version: 1`; it is the only version there is.')];
  const value = valueAt(source.value, path);
  const known = path.at(-1) === 'protocol' ? unknownProtocol(value) : undefined;
  if (known !== undefined) return [source.problem(path, known)];
  const choices = choicesAt(schema, path);
  if (choices.length > 0) {
    const meant = typeof value === 'string' ? nearestWord(value, choices) : undefined;
    const hint = meant === undefined ? '' : `; did you mean \`${meant}\``;
    const message = `\`${place}\` is one of ${choices.join(', ')}${hint}${meant === undefined ? '.' : '?'}`;
    return [source.problem(path, message, meant)];
  }
  return [source.problem(path, `\`${place}\`: ${sentence(issue.message)}`)];
}

function unknownKey(path: readonly PropertyKey[], key: string, source: DocumentSource, schema: z.ZodType): Problem {
  const place = writePath([...path.map(plain), key]);
  const known = knownElsewhere(place);
  if (known !== undefined) return source.problem([...path, key], known);
  const meant = nearestWord(key, keysAt(schema, path));
  const line = source.lineOf([...path, key]);
  if (meant !== undefined)
    return source.problem(
      [...path, key],
      `\`${key}\` is not a key here; did you mean \`${meant}\` (line ${line})?`,
      meant,
    );
  const choices = keysAt(schema, path).join(', ');
  return source.problem([...path, key], `\`${key}\` is not a key here (line ${line}); known are ${choices}.`);
}

function plain(part: PropertyKey): string | number {
  return typeof part === 'number' ? part : String(part);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, part) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, part) : undefined),
    value,
  );
}

function sentence(message: string): string {
  const text = message.replace(/^Invalid input: /, '');
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}
