import { useState } from 'react';
import { useMessages } from '../language/language.tsx';
import { pieces, visible } from './visible.ts';

const firstCharacters = 1_200;
/** More of a long text is shown piece by piece, so that no agent decides how much this page has to draw. */
const moreCharacters = 20_000;

const looks = {
  inline: '',
  flowing: 'whitespace-pre-wrap',
  prose: 'block whitespace-pre-wrap',
  code: 'block font-mono text-[0.8125rem] whitespace-pre-wrap',
} as const;

interface HostileTextProps {
  readonly text: string;
  /** `inline`: one line. `flowing`: line breaks count. `prose` and `code`: so they do, in a block. Default: `inline`. */
  readonly as?: keyof typeof looks;
  /** Characters shown at first. Default: 1,200. */
  readonly first?: number;
}

/**
 * Draws what an agent, a model or a host wrote: as text only, every hidden character visible, never longer than asked
 * for, never a link, and isolated from the direction of what is around it.
 */
export function HostileText({ text, as = 'inline', first = firstCharacters }: HostileTextProps) {
  const messages = useMessages();
  const [limit, setLimit] = useState(first);
  const shown = visible(text.slice(0, limit), { lines: as !== 'inline' });
  const missing = text.length - limit;
  return (
    <span className={`hostile ${looks[as]}`}>
      <Marked shown={shown} />
      {missing > 0 && (
        <button
          type="button"
          className="mx-1 rounded border border-line bg-panel px-1.5 font-sans text-xs text-accent"
          onClick={() => setLimit(limit + moreCharacters)}
        >
          {messages.showMore(missing)}
        </button>
      )}
    </span>
  );
}

/** Text whose hidden characters were made visible, here or by the gateway. */
export function Marked({ shown }: { readonly shown: string }) {
  return pieces(shown).map(({ at, text, marked }) =>
    marked ? (
      <span key={at} className="rounded-sm bg-warn-well px-px font-mono text-xs text-warn">
        {text}
      </span>
    ) : (
      text
    ),
  );
}
