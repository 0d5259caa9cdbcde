import { nearestWord } from '@clawhold/documents';
import type { DocumentSource } from '../load/document-source.ts';
import type { Problem } from '../load/problem.ts';

export type Path = readonly (string | number)[];

/** Something of the source that is not in the result as it stood there. */
export interface ImportNote {
  readonly file: string;
  readonly line: number;
  /** `changed`: it is there, stricter or said otherwise. `left`: it is not there, and opens nothing. */
  readonly kind: 'changed' | 'left';
  readonly sentence: string;
}

/** One source while it is converted: collects what a person must be told, at its line. */
export class Conversion {
  readonly file: string;
  readonly value: unknown;
  readonly notes: ImportNote[] = [];
  /** Endpoints that were left out, and held others back there. */
  readonly lost: LostEndpoint[] = [];
  /** Why nothing can be made of the source. */
  readonly problems: Problem[] = [];
  readonly #source: DocumentSource;

  constructor(source: DocumentSource, file: string) {
    this.file = file;
    this.value = source.value;
    this.#source = source;
  }

  changed(path: Path, sentence: string): void {
    this.#note('changed', path, sentence);
  }

  left(path: Path, sentence: string): void {
    this.#note('left', path, sentence);
  }

  /** A list of texts; what is no such list would have been meant to hold something back, and is refused. */
  texts(path: Path): readonly string[] {
    const value = path.reduce<unknown>((part, key) => treeOf(part)?.[key], this.value);
    if (value === undefined) return [];
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    const place = path.join('.');
    this.problems.push(this.#source.problem(path, `\`${place}\` is a list of texts; write \`["…"]\`.`));
    return [];
  }

  /** What is there and no mapping holds something that nobody would read, and is refused. */
  mappings(...keys: readonly string[]): void {
    const tree = treeOf(this.value) ?? {};
    for (const key of keys)
      if (tree[key] !== undefined && tree[key] !== null && treeOf(tree[key]) === undefined)
        this.problems.push(this.#source.problem([key], `\`${key}\` is a mapping.`));
  }

  /** Names the keys of a mapping that are not among the known ones. */
  strangers(path: Path, tree: Tree, known: readonly string[]): void {
    for (const key of Object.keys(tree).filter((name) => !known.includes(name))) {
      const near = nearestWord(key, known);
      const guess = near === undefined ? '' : ` Did you mean \`${near}\`?`;
      this.left([...path, key], `\`${key}\` has no counterpart here and is left out.${guess}`);
    }
  }

  lineOf(path: Path): number {
    return this.#source.lineOf(path);
  }

  #note(kind: ImportNote['kind'], path: Path, sentence: string): void {
    this.notes.push({ file: this.file, line: this.lineOf(path), kind, sentence });
  }
}

export interface LostEndpoint {
  /** As its source has it. */
  readonly host: string;
  /** It has deny rules, which hold back every endpoint that meets it. */
  readonly forbids: boolean;
  /** Requests to it are read, also where another endpoint would let bytes through unread. */
  readonly reads: boolean;
}

/** An endpoint of the result, and where in the source it came from. */
export interface DraftEndpoint {
  readonly value: Readonly<Record<string, unknown>>;
  readonly from: Path;
  readonly conversion: Conversion;
  /** Its bytes passed unread there, as long as no other endpoint of the host read them. */
  readonly unread: boolean;
}

export interface DraftNetworkPolicy {
  readonly name: string;
  readonly endpoints: readonly DraftEndpoint[];
  readonly binaries?: readonly { readonly path: string }[];
}

/** What one source comes to: sections by their key, and network policies apart. */
export interface Draft {
  readonly sections: Readonly<Record<string, unknown>>;
  readonly policies: readonly DraftNetworkPolicy[];
}

export type Tree = Readonly<Record<string, unknown>>;

/** A mapping of a source that nobody has checked; undefined when it is none. */
export function treeOf(value: unknown): Tree | undefined {
  // Every key of what YAML gave is a string, and nothing is believed of the values.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : undefined;
}

/** A list of a source; empty when it is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((item) => typeof item === 'string');
}
