import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type DraftPolicy, draftPolicy, type NamedSource, type PolicyLibrary } from '@clawhold/policy';
import { shippedPresets } from '@clawhold/policy/presets';
import { ClawholdError } from '@clawhold/spec';
import type { Command } from 'commander';

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

/** What bounds a document, and what it may extend. */
export interface PolicySurroundings {
  /** A file. Without one nothing bounds the document. */
  readonly ceiling?: string;
  /** A folder of the operator's own documents, `team/base.yaml`. The shipped presets may always be extended. */
  readonly library?: string;
}

/** Adds the options of {@link PolicySurroundings}. */
export function withSurroundings(command: Command): Command {
  return command
    .option('--ceiling <file>', 'the ceiling; default: none')
    .option('--library <folder>', 'what it may extend besides the shipped presets, as team/base.yaml');
}

/**
 * Compiles an agent's document, to ask it questions.
 *
 * @throws ClawholdError `input_file_unreadable`, `policy_invalid` with the first problem.
 */
export function compilePolicy(
  file: string,
  { ceiling, library }: PolicySurroundings = {},
): Extract<DraftPolicy, { kind: 'ok' }>['snapshot'] {
  const named = (name: string): NamedSource => ({ name, source: readPolicy(name) });
  const above = ceiling === undefined ? undefined : named(ceiling);
  const draft = draftPolicy(named(file), above, readLibrary(library));
  if (draft.kind === 'ok') return draft.snapshot;
  const [first] = draft.problems;
  const place = first === undefined ? file : `${first.file}:${first.line}`;
  throw new ClawholdError('policy_invalid', `${place}: ${first?.message ?? 'not valid'}`, {
    hint: `See all of it with: npx clawhold policy check ${file}`,
  });
}

/** The shipped presets, and the documents in the folders of an operator's library. @throws ClawholdError `input_file_unreadable`. */
export function readLibrary(folder?: string): PolicyLibrary {
  if (folder === undefined) return shippedPresets();
  const shelves = listFolder(folder).filter((entry) => entry.isDirectory());
  const own = shelves.flatMap((shelf) =>
    listFolder(join(folder, shelf.name))
      .filter(({ name }) => name.endsWith('.yaml'))
      .map(({ name }) => [`${shelf.name}/${basename(name, '.yaml')}`, readPolicy(join(folder, shelf.name, name))]),
  );
  return { ...shippedPresets(), ...Object.fromEntries(own) };
}

function listFolder(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    throw new ClawholdError('input_file_unreadable', `The folder ${folder} cannot be read.`, {
      cause,
      hint: `${reasonOf(cause)} Name the folder of your library, for example configuration/library.`,
    });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'It is not there.',
  ENOTDIR: 'It is no folder.',
  EISDIR: 'It is a folder.',
  EACCES: 'This account may not read it.',
};

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return reasons[code] ?? 'The system could not read it.';
}
