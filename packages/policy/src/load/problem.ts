/** One thing that is wrong with a policy document, or worth a look, at the place where a person can mend it. */
export interface Problem {
  /** The name under which the document was loaded. */
  readonly file: string;
  /** Counted from 1; 0 when the place is not known. */
  readonly line: number;
  readonly column: number;
  /** One sentence that teaches. */
  readonly message: string;
  /** The key or value that was probably meant. */
  readonly nearestKey?: string;
}

/** A finding by its path in the document, before a loader knows its line. */
export interface Finding {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** Another place that is part of it; its line is named too. */
  readonly other?: readonly (string | number)[];
}

/** Writes a path as `network_policies.finance.endpoints[0]`. */
export function writePath(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
}
