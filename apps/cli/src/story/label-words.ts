import type { TimelineEntry } from '@clawhold/client';
import { hostileLine } from '../terminal/hostile.ts';

type Label = Extract<TimelineEntry['body'], { kind: 'step.ended' }>['label'];

const mostSources = 3;

/**
 * Says in words that a stranger may have had a hand in a result, and through what; undefined when none had. A company's
 * own host has not, but what was sent to it may come back from it.
 */
export function labelWords({ integrity, sources }: Label): string | undefined {
  if (integrity !== 'external') return undefined;
  const names = sources.flatMap((source) => {
    if (source.kind === 'file') return [hostileLine(source.path, 60)];
    return source.kind === 'host' ? [hostileLine(source.host, 60)] : [];
  });
  if (names.length === 0) return 'may hold words of strangers';
  const more = names.length > mostSources ? ` and ${names.length - mostSources} more` : '';
  return `may hold words of strangers, through ${names.slice(0, mostSources).join(', ')}${more}`;
}
