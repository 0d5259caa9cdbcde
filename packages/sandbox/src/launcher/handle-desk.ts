import type { HandleMessage, NativeHandle } from './channels.ts';

/**
 * Where the handles of sandboxes that are starting are kept: they come over another way than the report of the start, so
 * either may be first.
 */
export class HandleDesk {
  readonly #handles = new Map<number, Map<number, NativeHandle>>();
  readonly #waiting = new Map<number, () => void>();

  /** From here on handles of this sandbox are taken; those of unknown ones are closed at once. */
  open(sandbox: number): void {
    this.#handles.set(sandbox, new Map());
  }

  receive({ sandbox, listener, handle }: HandleMessage): void {
    const handles = this.#handles.get(sandbox);
    if (handles === undefined) {
      handle.close();
      return;
    }
    handles.set(listener, handle);
    this.#waiting.get(sandbox)?.();
  }

  /** Settles when all `count` handles have come; they are then no longer ours. */
  async collect(sandbox: number, count: number): Promise<NativeHandle[]> {
    const handles = this.#handles.get(sandbox) ?? new Map<number, NativeHandle>();
    while (handles.size < count)
      await new Promise<void>((resolve) => {
        this.#waiting.set(sandbox, resolve);
      });
    this.#waiting.delete(sandbox);
    this.#handles.delete(sandbox);
    return [...handles].toSorted(([left], [right]) => left - right).map(([, handle]) => handle);
  }

  /** The start failed. */
  close(sandbox: number): void {
    for (const handle of this.#handles.get(sandbox)?.values() ?? []) handle.close();
    this.#handles.delete(sandbox);
    this.#waiting.get(sandbox)?.();
    this.#waiting.delete(sandbox);
  }
}
