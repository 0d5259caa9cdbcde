import { nearestWord } from '@clawhold/documents';
import { type PolicyDocument, policyDocumentSchema } from '@clawhold/spec';
import type { z } from 'zod';
import { findConflicts } from './conflicts.ts';
import { documentFindings } from './document-findings.ts';
import { type DocumentSource, readSource } from './document-source.ts';
import { notEnforced, protocolNotEnforced } from './not-enforced.ts';
import { notesOf } from './notes.ts';
import { type Problem, writePath } from './problem.ts';
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
  const parsed = policyDocumentSchema.safeParse(read.source.value);
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap((issue) => describe(issue, read.source));
    return { kind: 'invalid', problems: inOrder(problems) };
  }
  const findings = [...documentFindings(parsed.data), ...findConflicts('agent', parsed.data)];
  const problems = findings.map(({ path, message }) => read.source.problem(path, message));
  if (problems.length > 0) return { kind: 'invalid', problems: inOrder(problems) };
  const notes = notesOf(parsed.data).map(({ path, message }) => read.source.problem(path, message));
  return { kind: 'ok', document: parsed.data, notes: inOrder(notes) };
}

type Issue = z.core.$ZodIssue;

function describe(issue: Issue, source: DocumentSource): readonly Problem[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(issue.path, key, source));
  const path = issue.path;
  const place = writePath(path.map(plain));
  if (path.length === 0) return [source.problem([], 'A policy is a mapping that begins with `version: 1`.')];
  if (place === 'version') return [source.problem(path, 'Write `version: 1`; it is the only version there is.')];
  const value = valueAt(source.value, path);
  const known = path.at(-1) === 'protocol' ? protocolNotEnforced(value) : undefined;
  if (known !== undefined) return [source.problem(path, known)];
  const choices = choicesAt(path);
  if (choices.length > 0) {
    const meant = typeof value === 'string' ? nearestWord(value, choices) : undefined;
    const hint = meant === undefined ? '' : `; did you mean \`${meant}\``;
    const message = `\`${place}\` is one of ${choices.join(', ')}${hint}${meant === undefined ? '.' : '?'}`;
    return [source.problem(path, message, meant)];
  }
  return [source.problem(path, `\`${place}\`: ${sentence(issue.message)}`)];
}

function unknownKey(path: readonly PropertyKey[], key: string, source: DocumentSource): Problem {
  const place = writePath([...path.map(plain), key]);
  const known = notEnforced(place);
  if (known !== undefined) return source.problemAtKey(path, key, known);
  const meant = nearestWord(key, keysAt(path));
  const line = source.lineOf([...path, key]);
  if (meant !== undefined)
    return source.problemAtKey(
      path,
      key,
      `\`${key}\` is not a key here; did you mean \`${meant}\` (line ${line})?`,
      meant,
    );
  const choices = keysAt(path).join(', ');
  return source.problemAtKey(path, key, `\`${key}\` is not a key here (line ${line}); known are ${choices}.`);
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
