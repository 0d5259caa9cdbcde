import type { Label } from '@clawhold/spec';
import { emptyLabel, joinLabels } from './label.ts';

/** What a run did to the files, so that nobody trusts a file for its name after an agent wrote it. */
export class TouchedFiles {
  readonly #labels = new Map<string, Label>();
  #anything = false;
  #all: Label = emptyLabel;

  /** A tool of ours writes this one file, with content that a model chose when it had seen `seen`. */
  write(path: string, seen: Label): void {
    this.#all = joinLabels(this.#all, seen);
    let at = path;
    // Folders too: their names are listed, and the model chose them.
    while (at !== '') {
      const before = this.#labels.get(at);
      this.#labels.set(at, before === undefined ? seen : joinLabels(before, seen));
      at = at.slice(0, Math.max(0, at.lastIndexOf('/')));
    }
  }

  /** A command runs: it may write, link, rename and copy whatever it likes, and it holds what the model put into it. */
  writeAnything(seen: Label): void {
    this.#anything = true;
    this.#all = joinLabels(this.#all, seen);
  }

  get mayBeAnything(): boolean {
    return this.#anything;
  }

  /** What our tools wrote at this path, or below it. */
  at(path: string): Label | undefined {
    return this.#labels.get(path);
  }

  /** The join of everything that our tools wrote. */
  get all(): Label {
    return this.#all;
  }
}
