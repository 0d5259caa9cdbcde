import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { compileDraft, type Draft, type NamedSource, type PolicyLibrary, type Snapshot } from '@clawhold/policy';
import { shippedPresets } from '@clawhold/policy/presets';
import { ClawholdError } from '@clawhold/spec';
import type { Command } from 'commander';

/** @throws ClawholdError `input_file_unreadable`. */
export function readPolicy(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw unreadableFile(file, cause, 'Name a YAML file that this account may read.');
  }
}

/** @param then what to do about it. */
export function unreadableFile(file: string, cause: unknown, then: string): ClawholdError {
  return new ClawholdError('input_file_unreadable', `The file ${file} cannot be read.`, {
    cause,
    hint: `${reasonOf(cause)} ${then}`,
  });
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

/** An agent's document with what is around it. @throws ClawholdError `input_file_unreadable`. */
export function readDraft(file: string, { ceiling, library }: PolicySurroundings = {}): Draft {
  const named = (name: string): NamedSource => ({ name, source: readPolicy(name) });
  return {
    ...named(file),
    ceiling: ceiling === undefined ? undefined : named(ceiling),
    library: readLibrary(library),
  };
}

/**
 * Compiles an agent's document, to ask it questions.
 *
 * @throws ClawholdError `input_file_unreadable`, `policy_invalid` with the first problem.
 */
export function compilePolicy(file: string, surroundings?: PolicySurroundings): Snapshot {
  return compileDraft(readDraft(file, surroundings), whereProblemsAre);
}

/** The hint of what is refused because of a document. */
export function whereProblemsAre(file: string): string {
  return `See all of it with: npx clawhold policy check ${file}`;
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
