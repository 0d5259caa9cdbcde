/** A glob on the last components of a path, `*` being any number of characters of one of them, and whose it is. */
export interface Ending {
  readonly glob: string;
  /** The lower goes before the higher. */
  readonly owner: number;
}

interface Candidate {
  readonly owner: number;
  readonly pattern: RegExp;
}

/**
 * Globs on the ends of paths, found by the last name of a path: a run can change hundreds of thousands of files, and there are
 * hundreds of globs. {@link EndingIndex.firstOwner} says what trying one after the other would say.
 */
export class EndingIndex {
  /** By the whole last name, of globs that spell it out. */
  readonly #byName: Map<string, readonly Candidate[]> = new Map();
  /** By what comes after the `*` of globs such as `*.sh`. */
  readonly #bySuffix: Map<string, readonly Candidate[]> = new Map();
  readonly #others: readonly Candidate[];
  /** Fits wherever one of the others does. */
  readonly #anyOther: RegExp;

  constructor(endings: readonly Ending[]) {
    const others: Candidate[] = [];
    for (const { glob, owner } of endings) {
      const candidate = { owner, pattern: new RegExp(`/${patternOf(glob)}$`) };
      const name = glob.slice(glob.lastIndexOf('/') + 1);
      if (!name.includes('*')) add(this.#byName, name, candidate);
      else if (/^\*\.[^*]*$/.test(name)) add(this.#bySuffix, name.slice(1), candidate);
      else others.push(candidate);
    }
    this.#others = others;
    this.#anyOther = anyOf(others.map(({ pattern }) => pattern.source));
  }

  /** The lowest owner of a glob that fits; undefined when none does. @param place begins with `/`. */
  firstOwner(place: string): number | undefined {
    const from = place.lastIndexOf('/') + 1;
    let first = firstOf(this.#byName.get(place.slice(from)), place, undefined);
    for (let dot = place.indexOf('.', from); dot !== -1; dot = place.indexOf('.', dot + 1))
      first = firstOf(this.#bySuffix.get(place.slice(dot)), place, first);
    return this.#anyOther.test(place) ? firstOf(this.#others, place, first) : first;
  }
}

function add(index: Map<string, readonly Candidate[]>, key: string, candidate: Candidate): void {
  index.set(key, [...(index.get(key) ?? []), candidate]);
}

function firstOf(
  candidates: readonly Candidate[] | undefined,
  place: string,
  first: number | undefined,
): number | undefined {
  let lowest = first;
  for (const { owner, pattern } of candidates ?? [])
    if ((lowest === undefined || owner < lowest) && pattern.test(place)) lowest = owner;
  return lowest;
}

function patternOf(glob: string): string {
  return glob.replace(/[.+?^$()[\]{}|\\]/g, '\\$&').replaceAll('*', '[^/]*');
}

/** Fits where one of these does; without any, nowhere. */
function anyOf(sources: readonly string[]): RegExp {
  return new RegExp(sources.length === 0 ? '(?!)' : sources.map((source) => `(?:${source})`).join('|'));
}
