import type { FileOutcome } from '@clawhold/client';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';
import { Notice } from '../look/notice.tsx';

const shown = 200;

/** What became of paths that were not written. */
export function OutcomeList({ outcomes }: { readonly outcomes: readonly FileOutcome[] }) {
  const messages = useMessages();
  return (
    <ul className="list-disc pl-5">
      {outcomes.slice(0, shown).map(({ path, outcome, explanation }) => (
        <li key={path}>
          <code className="font-mono">
            <HostileText text={path} first={300} />
          </code>{' '}
          ({messages.outcomes[outcome]}){explanation !== null && <HostileText text={`: ${explanation}`} />}
        </li>
      ))}
    </ul>
  );
}

/** What an undo cannot take back, because it happened outside. */
export function Remaining({ remaining }: { readonly remaining: readonly string[] }) {
  const messages = useMessages();
  if (remaining.length === 0) return <p className="text-ink-soft">{messages.nothingRemains}</p>;
  return (
    <Notice tone="warn">
      <p>{messages.remaining}</p>
      <ul className="list-disc pl-5">
        {remaining.slice(0, shown).map((what) => (
          <li key={what}>
            <HostileText text={what} first={300} />
          </li>
        ))}
      </ul>
    </Notice>
  );
}
