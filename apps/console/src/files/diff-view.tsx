import type { ContentDiff, FileChange } from '@clawhold/client';
import { useState } from 'react';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';
import { Button } from '../look/button.tsx';
import { Pending } from '../look/pending.tsx';
import { numbered } from './numbered-lines.ts';
import { useDiff } from './queries.ts';

const firstLines = 200;
const moreLines = 1_000;
/** A line that is longer is cut, with a way to see the rest. */
const lineCharacters = 500;

const looks = { added: 'bg-good-well', removed: 'bg-bad-well', same: '', gap: 'bg-well text-ink-soft' } as const;
const signs = { added: '+', removed: '−', same: ' ', gap: '⋯' } as const;

export function DiffView({ run, change }: { readonly run: string; readonly change: FileChange }) {
  return (
    <div className="border-t border-line">
      <Pending query={useDiff(run, change)}>{(diff) => <Difference diff={diff} />}</Pending>
    </div>
  );
}

function Difference({ diff }: { readonly diff: ContentDiff }) {
  const messages = useMessages();
  const [limit, setLimit] = useState(firstLines);
  if (diff.kind === 'binary') return <p className="px-4 py-3 text-ink-soft">{messages.binary}</p>;
  const lines = numbered(diff.hunks);
  if (lines.length === 0) return <p className="px-4 py-3 text-ink-soft">{messages.noLines}</p>;
  return (
    <>
      <table className="w-full table-fixed font-mono text-[0.8125rem]">
        <tbody>
          {lines.slice(0, limit).map(({ at, kind, before, after, text }) => (
            <tr key={at} className={`align-top ${looks[kind]}`}>
              <td className="w-11 px-1.5 text-right text-ink-soft select-none">{before}</td>
              <td className="w-11 px-1.5 text-right text-ink-soft select-none">{after}</td>
              <td className="w-5 text-center select-none">{signs[kind]}</td>
              <td className="pr-3">
                <HostileText text={text} as="code" first={lineCharacters} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {lines.length > limit && (
        <p className="px-4 py-2">
          <Button onPress={() => setLimit(limit + moreLines)}>{messages.moreLines(lines.length - limit)}</Button>
        </p>
      )}
      {diff.cut && <p className="px-4 py-2 text-warn">{messages.diffCut}</p>}
    </>
  );
}
