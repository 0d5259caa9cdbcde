/** How much something wants attention. Always said in words too: colour is never the only sign. */
export type Tone = 'calm' | 'accent' | 'good' | 'warn' | 'bad';

export const toneClasses: Readonly<Record<Tone, string>> = {
  calm: 'border-line bg-well text-ink-soft',
  accent: 'border-accent bg-accent-well text-accent',
  good: 'border-good bg-good-well text-good',
  warn: 'border-warn bg-warn-well text-warn',
  bad: 'border-bad bg-bad-well text-bad',
};
