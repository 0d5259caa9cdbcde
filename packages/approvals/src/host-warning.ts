import { decodePunycode } from './punycode.ts';
import { visible } from './visible-text.ts';

const scripts = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Armenian',
  'Hebrew',
  'Arabic',
  'Han',
  'Hiragana',
  'Katakana',
  'Hangul',
  'Thai',
  'Cherokee',
] as const;

/** Scripts that are written together in one language (UTS 39, "highly restrictive"). */
const together: readonly (readonly string[])[] = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Hangul'],
];

/**
 * Says what a person should know about a host before they trust its look: letters of another script, letters that look
 * like Latin ones, and the `xn--` form that is really sent. Null for a plain ASCII name.
 */
export function hostWarning(host: string): string | null {
  if (!host.split('.').some((label) => label.startsWith('xn--'))) return null;
  const labels = host.split('.').map((label) => (label.startsWith('xn--') ? decodePunycode(label.slice(4)) : label));
  if (labels.includes(undefined)) return 'It is no valid international name.';
  const unicode = visible(labels.join('.'));
  const used = scripts.filter((script) => new RegExp(`\\p{Script=${script}}`, 'u').test(unicode));
  const mixed = used.length > 1 && !together.some((set) => used.every((script) => set.includes(script)));
  const look = mixed
    ? `it mixes ${used.join(' and ')} letters, which is how look-alikes are made`
    : `it is written in ${used.join(', ') || 'unusual'} letters and may look like another name`;
  return `The name stands for "${unicode}"; ${look}.`;
}
