import { readFileSync } from 'node:fs';
import { type DraftPolicy, draftPolicy, type NamedSource } from '@clawhold/policy';
import { ClawholdError } from '@clawhold/spec';

/** @throws ClawholdError `input_file_unreadable`. */
export function readPolicy(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ClawholdError('input_file_unreadable', `The file ${file} cannot be read.`, {
      cause,
      hint: `${reasonOf(cause)} Name a YAML file that this account may read.`,
    });
  }
}

/**
 * Compiles an agent's document, to ask it questions.
 *
 * @param ceiling a file too; without one nothing bounds the document.
 * @throws ClawholdError `input_file_unreadable`, `policy_invalid` with the first problem.
 */
export function compilePolicy(file: string, ceiling?: string): Extract<DraftPolicy, { kind: 'ok' }>['snapshot'] {
  const named = (name: string): NamedSource => ({ name, source: readPolicy(name) });
  const draft = draftPolicy(named(file), ceiling === undefined ? undefined : named(ceiling));
  if (draft.kind === 'ok') return draft.snapshot;
  const [first] = draft.problems;
  const place = first === undefined ? file : `${first.file}:${first.line}`;
  throw new ClawholdError('policy_invalid', `${place}: ${first?.message ?? 'not valid'}`, {
    hint: `See all of it with: npx clawhold policy check ${first?.file ?? file}`,
  });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'It is not there.',
  EISDIR: 'It is a folder.',
  EACCES: 'This account may not read it.',
};

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return reasons[code] ?? 'The system could not read it.';
}
