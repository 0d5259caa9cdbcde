import { HostileText } from '../hostile-text/hostile-text.tsx';
import type { Messages } from '../language/english.ts';
import { useMessages } from '../language/language.tsx';
import { Badge } from '../look/badge.tsx';
import type { Tone } from '../look/tone.ts';
import type { Label } from './story.ts';

const tones: Readonly<Record<Label['integrity'], Tone>> = { user: 'good', local: 'calm', external: 'warn' };
const shownSources = 6;

/** Who could have written a result, how guarded it is, and where it was seen. */
export function LabelView({ label }: { readonly label: Label }) {
  const messages = useMessages();
  const sources = label.sources.slice(0, shownSources).map((source) => sourceText(source, messages));
  return (
    <p className="flex flex-wrap items-center gap-1.5 text-xs text-ink-soft">
      <Badge tone={tones[label.integrity]}>{messages.integrity[label.integrity]}</Badge>
      {label.confidentiality !== 'public' && (
        <Badge tone={label.confidentiality === 'secret' ? 'bad' : 'calm'}>
          {messages.confidentiality[label.confidentiality]}
        </Badge>
      )}
      {sources.length > 0 && (
        <>
          {messages.labelFrom} <HostileText text={sources.join(', ')} first={300} />
          {label.sources.length > shownSources && <span>+{label.sources.length - shownSources}</span>}
        </>
      )}
    </p>
  );
}

function sourceText(source: Label['sources'][number], messages: Messages): string {
  switch (source.kind) {
    case 'person':
      return messages.sourcePerson;
    case 'file':
      return source.path;
    case 'host':
      return source.host;
    case 'command':
      return source.tool;
    case 'model':
      return messages.sourceModel;
    default:
      return source satisfies never;
  }
}
