import type { Run } from '@clawhold/client';
import { Link, useNavigate } from '@tanstack/react-router';
import { usePendingApprovals } from '../approvals/queries.ts';
import { WaitingList } from '../approvals/waiting-list.tsx';
import { FilesCall } from '../files/files-call.tsx';
import { FilesView } from '../files/files-view.tsx';
import { visible } from '../hostile-text/visible.ts';
import { useShortcut } from '../keyboard/shortcut.ts';
import { useMessages } from '../language/language.tsx';
import { Badge } from '../look/badge.tsx';
import { Pending } from '../look/pending.tsx';
import { ProblemNotice } from '../look/problem-notice.tsx';
import { useLostSteps } from '../lost-steps/queries.ts';
import { useRun } from '../runs/queries.ts';
import { usePageTitle } from '../shell/page-title.ts';
import { Activity } from './activity.tsx';
import { Facts } from './facts.tsx';
import { NetworkTable } from './network-table.tsx';
import { PlanPanel } from './plan-panel.tsx';
import { ResultCheck } from './result-check.tsx';
import { RunHead } from './run-head.tsx';
import { type RunView, runViews } from './run-view.ts';
import { useStory } from './use-story.ts';

const titleCharacters = 60;

interface RunPageProps {
  readonly id: string;
  readonly view: RunView;
}

/** One run, live. */
export function RunPage({ id, view }: RunPageProps) {
  return <Pending query={useRun(id)}>{(run) => <LiveRun run={run} view={view} />}</Pending>;
}

function LiveRun({ run, view }: { readonly run: Run; readonly view: RunView }) {
  usePageTitle(visible(run.task.slice(0, titleCharacters)));
  const { story, draft, error } = useStory(run.id);
  const questions = usePendingApprovals().data?.filter((approval) => approval.run === run.id) ?? [];
  const lost = useLostSteps().data?.filter((step) => step.run === run.id) ?? [];
  return (
    <div className="flex flex-col gap-4">
      <RunHead run={run} check={<ResultCheck run={run} story={story} />} />
      {error !== null && <ProblemNotice error={error} />}
      <WaitingList questions={questions} lost={lost} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="flex min-w-0 flex-col gap-3">
          <Views run={run.id} view={view} requests={story.requests.length} />
          {view !== 'changes' && <FilesCall run={run} />}
          {view === 'activity' && <Activity story={story} draft={draft} run={run} />}
          {view === 'changes' && <FilesView run={run} />}
          {view === 'network' && <NetworkTable requests={story.requests} />}
        </div>
        <aside className="flex min-w-0 flex-col gap-4">
          <PlanPanel plan={story.plan} />
          <Facts run={run} />
        </aside>
      </div>
    </div>
  );
}

interface ViewsProps {
  readonly run: string;
  readonly view: RunView;
  readonly requests: number;
}

function Views({ run, view, requests }: ViewsProps) {
  const messages = useMessages();
  const navigate = useNavigate();
  const show = (chosen: RunView): void =>
    void navigate({ to: '/runs/$run', params: { run }, search: { view: chosen }, replace: true });
  useShortcut('1', () => show('activity'));
  useShortcut('2', () => show('changes'));
  useShortcut('3', () => show('network'));
  return (
    <nav aria-label={messages.views} className="flex gap-1 border-b border-line">
      {runViews.map((name) => (
        <Link
          key={name}
          to="/runs/$run"
          params={{ run }}
          search={{ view: name }}
          replace
          aria-current={name === view ? 'page' : undefined}
          className={`-mb-px flex items-center gap-2 border-b-2 px-3 py-2 font-medium ${name === view ? 'border-accent text-accent' : 'border-transparent text-ink-soft hover:text-ink'}`}
        >
          {messages[name]}
          {name === 'network' && requests > 0 && <Badge>{requests}</Badge>}
        </Link>
      ))}
    </nav>
  );
}
