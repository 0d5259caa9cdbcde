import { HostileText, Marked } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';
import { Badge } from '../look/badge.tsx';
import { Moment } from '../look/moment.tsx';
import { Nothing } from '../look/nothing.tsx';
import { Panel } from '../look/panel.tsx';
import { Pending } from '../look/pending.tsx';
import { useLostSteps } from '../lost-steps/queries.ts';
import { usePageTitle } from '../shell/page-title.ts';
import { useEndedApprovals, usePendingApprovals } from './queries.ts';
import { WaitingList } from './waiting-list.tsx';

export function ApprovalsPage() {
  const messages = useMessages();
  usePageTitle(messages.approvals);
  const pending = usePendingApprovals();
  const lost = useLostSteps().data ?? [];
  const ended = useEndedApprovals();
  return (
    <div className="flex flex-col gap-5">
      <h1 className="text-lg font-semibold">{messages.approvals}</h1>
      <Pending query={pending}>
        {(approvals) =>
          approvals.length + lost.length === 0 ? (
            <Nothing alone>{messages.noApprovals}</Nothing>
          ) : (
            <WaitingList questions={approvals} lost={lost} />
          )
        }
      </Pending>
      {ended.data !== undefined && ended.data.length > 0 && (
        <Panel title={messages.answered}>
          <ul className="divide-y divide-line">
            {ended.data.map(({ id, state, rendered, decided, decidedBy }) => (
              <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
                <span className="hostile min-w-0 flex-1 basis-60">
                  <Marked shown={rendered.title} />
                </span>
                <Badge tone={state === 'consumed' || state === 'approved' ? 'good' : 'calm'}>
                  {messages.approvalState[state]}
                </Badge>
                <span className="text-xs text-ink-soft">
                  {decidedBy !== null && (
                    <>
                      {messages.by} <HostileText text={decidedBy} first={80} />{' '}
                    </>
                  )}
                  {decided !== null && <Moment at={decided} />}
                </span>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </div>
  );
}
