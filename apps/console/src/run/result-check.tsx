import type { Run } from '@clawhold/client';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';
import { Badge } from '../look/badge.tsx';
import { checkTones } from '../runs/run-state.ts';
import { type Claim, claimOf, type Demand } from './claim.ts';
import type { Story } from './story.ts';

const shownDemands = 100;

/** What the agent found when it checked its own result against the task: a verdict, why, and each demand. */
export function ResultCheck({ run, story }: { readonly run: Run; readonly story: Story }) {
  const messages = useMessages();
  if (run.selfCheck === null) return null;
  const claim = claimOf(story, run.agent);
  return (
    <section aria-label={messages.resultCheck} className="rounded-lg border border-line bg-panel px-4 py-3">
      <h2 className="mb-1 flex flex-wrap items-center gap-2 text-xs font-medium text-ink-soft">
        {messages.resultCheck}
        <Badge tone={checkTones[run.selfCheck]}>{messages.selfCheck[run.selfCheck]}</Badge>
      </h2>
      <p>{messages.selfCheckMeaning[run.selfCheck]}</p>
      {run.selfCheck === 'unverified' && <Reasons claim={claim} story={story} />}
      {claim !== null && claim.demands.length > 0 && (
        // What is all met is not in the way of what comes below.
        <details open={run.selfCheck !== 'met'} className="mt-1">
          <summary className="text-ink-soft">{messages.demands(claim.demands.length)}</summary>
          <DemandList demands={claim.demands} />
        </details>
      )}
    </section>
  );
}

function Reasons({ claim, story }: { readonly claim: Claim | null; readonly story: Story }) {
  const messages = useMessages();
  const lost = story.scenes.filter(
    (scene) => scene.kind === 'step' && scene.ended?.outcome === 'unknown' && scene.settled === null,
  ).length;
  return (
    <ul className="list-disc pl-5">
      {lost > 0 && <li>{messages.checkLost(lost)}</li>}
      {claim === null && <li>{messages.checkNone}</li>}
      {claim !== null && claim.answer !== '' && lost === 0 && (
        <li>
          <HostileText text={claim.answer} />
        </li>
      )}
    </ul>
  );
}

function DemandList({ demands }: { readonly demands: readonly Demand[] }) {
  const messages = useMessages();
  return (
    <ul className="mt-2 flex flex-col gap-1.5">
      {demands.slice(0, shownDemands).map(({ demand, evidence, met }, index) => (
        // A claim never changes, and two of its demands may read the same.
        <li key={index} className="flex gap-2">
          <span aria-hidden="true" className={met ? 'text-good' : 'text-warn'}>
            {met ? '✓' : '✗'}
          </span>
          <span className="sr-only">{met ? messages.demandMet : messages.demandUnmet}: </span>
          <span className="min-w-0">
            <span className={met ? '' : 'font-medium'}>
              <HostileText text={demand} first={300} />
            </span>
            <span className="block text-xs text-ink-soft">
              <HostileText text={evidence} first={400} />
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
