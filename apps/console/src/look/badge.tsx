import type { ReactNode } from 'react';
import { type Tone, toneClasses } from './tone.ts';

export function Badge({ tone = 'calm', children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return (
    <span
      className={`inline-flex items-center rounded border px-1.5 text-xs leading-5 font-medium whitespace-nowrap ${toneClasses[tone]}`}
    >
      {children}
    </span>
  );
}
