import { useState } from 'react';
import { useShortcut } from './shortcut.ts';

/** Walks a list with j and k, and opens the selected one with o. Returns its index, or -1 before the first key. */
export function useListKeys(length: number, open?: (index: number) => void): number {
  const [selected, setSelected] = useState(-1);
  useShortcut('j', () => setSelected((index) => Math.min(index + 1, length - 1)));
  useShortcut('k', () => setSelected((index) => Math.max(index - 1, 0)));
  useShortcut('o', () => {
    if (selected >= 0) open?.(selected);
  });
  return Math.min(selected, length - 1);
}
