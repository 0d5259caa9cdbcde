import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../api/api.ts';
import { useMessages } from '../language/language.tsx';
import { Panel } from '../look/panel.tsx';
import { Pending } from '../look/pending.tsx';

const pollMilliseconds = 3_000;

/** One number that stands for every record. */
export function TreeHead() {
  const messages = useMessages();
  const head = useQuery({
    queryKey: ['ledger', 'head'],
    queryFn: () => answer(api.GET('/audit/head')),
    refetchInterval: pollMilliseconds,
  });
  return (
    <Panel title={messages.treeHead}>
      <Pending query={head}>
        {({ size, root }) => (
          <dl className="grid gap-x-4 gap-y-1.5 sm:grid-cols-[auto_minmax(0,1fr)] px-4 py-3">
            <dt className="text-ink-soft">{messages.treeSize}</dt>
            <dd className="tabular-nums">{size}</dd>
            <dt className="text-ink-soft">{messages.treeRoot}</dt>
            <dd className="hostile font-mono">{root ?? messages.noTreeHead}</dd>
            <dt className="text-ink-soft">{messages.verifyHow}</dt>
            <dd>
              <code className="font-mono">npx clawhold audit verify</code>
            </dd>
          </dl>
        )}
      </Pending>
    </Panel>
  );
}
