import type { LedgerEntry } from '@clawhold/client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, api } from '../api/api.ts';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';
import { Moment } from '../look/moment.tsx';
import { Nothing } from '../look/nothing.tsx';
import { Panel } from '../look/panel.tsx';
import { Pending } from '../look/pending.tsx';
import { Scroller } from '../look/scroller.tsx';
import { usePageTitle } from '../shell/page-title.ts';
import { TreeHead } from './tree-head.tsx';

const pollMilliseconds = 3_000;
const latest = 100;

/** The newest records, newest first, and what is signed about all of them. */
export function LedgerPage() {
  const messages = useMessages();
  usePageTitle(messages.ledger);
  const entries = useQuery({
    queryKey: ['ledger', 'entries'],
    queryFn: async () => {
      const page = await answer(api.GET('/audit/entries', { params: { query: { after: -latest } } }));
      return page.entries.toReversed();
    },
    refetchInterval: pollMilliseconds,
  });
  return (
    <div className="flex flex-col gap-4">
      <h1 className="text-lg font-semibold">{messages.ledger}</h1>
      <TreeHead />
      <Panel title={messages.latest}>
        <Pending query={entries}>{(found) => <EntryTable entries={found} />}</Pending>
      </Panel>
    </div>
  );
}

function EntryTable({ entries }: { readonly entries: readonly LedgerEntry[] }) {
  const messages = useMessages();
  if (entries.length === 0) return <Nothing>{messages.noRecords}</Nothing>;
  return (
    <Scroller label={messages.ledger}>
      <table className="w-full text-left">
        <thead className="border-b border-line text-xs text-ink-soft">
          <tr>
            {[messages.sequence, messages.time, messages.event, messages.actor, messages.run, messages.details].map(
              (name) => (
                <th key={name} scope="col" className="px-3 py-2 font-medium">
                  {name}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {entries.map((entry) => (
            <tr key={entry.sequence} className="align-top">
              <td className="px-3 py-1.5 tabular-nums">{entry.sequence}</td>
              <td className="px-3 py-1.5 text-xs text-ink-soft">
                <Moment at={entry.time} seconds />
              </td>
              <td className="px-3 py-1.5 font-mono whitespace-nowrap">{entry.type}</td>
              <td className="min-w-36 px-3 py-1.5">
                <HostileText text={entry.actor} first={80} />
              </td>
              <td className="px-3 py-1.5 font-mono text-xs">
                {entry.run !== null && (
                  <Link to="/runs/$run" params={{ run: entry.run }} search={{}} className="text-accent hover:underline">
                    {entry.run}
                  </Link>
                )}
              </td>
              <td className="min-w-72 px-3 py-1.5 font-mono text-xs text-ink-soft">
                <HostileText text={JSON.stringify(entry.body)} first={160} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}
