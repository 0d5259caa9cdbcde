import type { ReactNode } from 'react';
import { useMessages } from '../language/language.tsx';

/** What a narrow window has no room for, behind one button; a wide one shows it as it is. */
export function Menu({ children }: { readonly children: ReactNode }) {
  const messages = useMessages();
  return (
    <>
      <div className="hidden items-center gap-2 md:flex">{children}</div>
      <details className="relative md:hidden">
        <summary
          aria-label={messages.menu}
          className="flex min-h-8 list-none items-center rounded-md border border-line bg-panel px-2.5 font-medium"
        >
          <span aria-hidden="true">⋯</span>
        </summary>
        <div className="absolute right-0 z-20 mt-1 flex flex-col items-stretch gap-2 rounded-lg border border-line bg-panel p-2 shadow-lg">
          {children}
        </div>
      </details>
    </>
  );
}
