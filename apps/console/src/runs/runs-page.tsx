import type { Run } from '@clawhold/client';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useListKeys } from '../keyboard/list-keys.ts';
import { useShortcut } from '../keyboard/shortcut.ts';
import { useMessages } from '../language/language.tsx';
import { Button } from '../look/button.tsx';
import { Nothing } from '../look/nothing.tsx';
import { Panel } from '../look/panel.tsx';
import { Pending } from '../look/pending.tsx';
import { usePageTitle } from '../shell/page-title.ts';
import { NewRunForm } from './new-run-form.tsx';
import { useRuns } from './queries.ts';
import { RunRow } from './run-row.tsx';

export function RunsPage() {
  const messages = useMessages();
  usePageTitle(messages.runs);
  const runs = useRuns();
  const [asking, setAsking] = useState(false);
  useShortcut('n', () => setAsking(true));
  return (
    <div className="flex flex-col gap-4">
      <h1 className="sr-only">{messages.runs}</h1>
      {asking && <NewRunForm onClose={() => setAsking(false)} />}
      <Panel
        title={messages.runs}
        aside={
          !asking && (
            <Button look="main" shortcut="n" onPress={() => setAsking(true)}>
              {messages.newRun}
            </Button>
          )
        }
      >
        <Pending query={runs}>{(found) => <RunList runs={found} />}</Pending>
      </Panel>
    </div>
  );
}

function RunList({ runs }: { readonly runs: readonly Run[] }) {
  const messages = useMessages();
  const navigate = useNavigate();
  const selected = useListKeys(
    runs.map(({ id }) => id),
    (run) => void navigate({ to: '/runs/$run', params: { run }, search: {} }),
  );
  if (runs.length === 0) return <Nothing>{messages.noRuns}</Nothing>;
  return (
    <ul className="divide-y divide-line">
      {runs.map((run) => (
        <RunRow key={run.id} run={run} selected={run.id === selected} />
      ))}
    </ul>
  );
}
