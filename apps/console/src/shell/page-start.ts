import { useLocation } from '@tanstack/react-router';
import { type RefObject, useEffect, useRef } from 'react';

/**
 * Begins a page that was come to by a link or a key at its top, and puts the keyboard there: without it the focus would
 * stay on what is gone, and a screen reader would say nothing (WCAG 2.4.3).
 */
export function usePageStart(main: RefObject<HTMLElement | null>): void {
  const path = useLocation({ select: ({ pathname }) => pathname });
  const last = useRef(path);
  useEffect(() => {
    if (last.current === path) return;
    last.current = path;
    scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [path, main]);
}
