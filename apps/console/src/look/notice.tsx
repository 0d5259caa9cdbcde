import type { ReactNode } from 'react';
import { type Tone, toneClasses } from './tone.ts';

/** A sentence that must be seen; what is bad is read aloud at once. */
export function Notice({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <div role={tone === 'bad' ? 'alert' : 'status'} className={`rounded-md border px-3 py-2 ${toneClasses[tone]}`}>
      {children}
    </div>
  );
}
