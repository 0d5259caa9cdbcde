import type { ReactNode } from 'react';

interface ScrollerProps {
  readonly label: string;
  readonly children: ReactNode;
  readonly className?: string;
}

/** Something wide or long that scrolls in its place. It takes the focus, so that the keyboard can scroll it too. */
export function Scroller({ label, children, className = '' }: ScrollerProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable (WCAG 2.1.1)
    <section aria-label={label} tabIndex={0} className={`overflow-auto ${className}`}>
      {children}
    </section>
  );
}
