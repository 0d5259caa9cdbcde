import { useState } from 'react';
import { useShortcut } from './shortcut.ts';

/**
 * Walks a list with j and k, and opens the selected one with o. It stays with what was selected when others come or go;
 * when that goes itself, whatever takes its place is selected. Returns the selected one, or undefined before the first key.
 */
export function useListKeys(ids: readonly string[], open?: (id: string) => void): string | undefined {
  const [walked, setWalked] = useState({ id: '', index: -1 });
  const found = ids.indexOf(walked.id);
  const index = found === -1 ? Math.min(walked.index, ids.length - 1) : found;
  const selected = ids[index];
  const select = (next: number): void => {
    const id = ids[next];
    if (id !== undefined) setWalked({ id, index: next });
  };
  useShortcut('j', () => select(Math.min(index + 1, ids.length - 1)));
  useShortcut('k', () => select(Math.max(index - 1, 0)));
  useShortcut('o', () => {
    if (selected !== undefined) open?.(selected);
  });
  return selected;
}
