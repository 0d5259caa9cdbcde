import type { Run } from '@clawhold/client';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { visible } from '../hostile-text/visible.ts';
import { useMessages } from '../language/language.tsx';
import { Badge } from '../look/badge.tsx';
import { Moment } from '../look/moment.tsx';
import { Notice } from '../look/notice.tsx';
import { Scroller } from '../look/scroller.tsx';
import type { Tone } from '../look/tone.ts';
import { isGoingOn } from '../runs/run-state.ts';
import { ArgumentList } from './argument-list.tsx';
import { DecisionView } from './decision-view.tsx';
import { LabelView } from './label-view.tsx';
import { PagePicture } from './page-picture.tsx';
import { isAsUsual } from './rows.ts';
import { SettledNotice } from './settled-notice.tsx';
import type { Step } from './story.ts';

type Outcome = 'going' | 'ok' | 'failed' | 'denied' | 'unknown';

const tones: Readonly<Record<Outcome, Tone>> = {
  going: 'accent',
  ok: 'good',
  failed: 'warn',
  denied: 'bad',
  unknown: 'bad',
};

const summaryCharacters = 200;

/** One tool call: what was asked for, what was decided about it, what came of it. */
export function StepCard({ step, run }: { readonly step: Step; readonly run: Run }) {
  const messages = useMessages();
  // A step that never ended in a run that did: nobody saw its end.
  const outcome: Outcome = step.ended?.outcome ?? (isGoingOn(run) ? 'going' : 'unknown');
  // What goes or went as usual is one line; what did not is open.
  const unusual = outcome === 'unknown' || !isAsUsual(step);
  return (
    <details open={unusual} className="group rounded-lg border border-line bg-panel">
      <summary className="flex items-center gap-2 px-4 py-2">
        <span aria-hidden="true" className="text-ink-soft group-open:rotate-90">
          ›
        </span>
        <code className="font-mono font-semibold whitespace-nowrap">
          <HostileText text={step.tool} first={80} />
        </code>
        <Badge tone={tones[outcome]}>{messages.stepOutcome[outcome]}</Badge>
        {step.questions.map(({ approval, state }) => (
          <Badge key={approval} tone={state === null ? 'warn' : 'calm'}>
            {state === null ? messages.approvalAsked : messages.approvalEnded[state]}
          </Badge>
        ))}
        <span className="hostile min-w-0 flex-1 truncate font-mono text-xs text-ink-soft">
          {visible(step.summary.slice(0, summaryCharacters))}
        </span>
        <span className="hidden text-xs text-ink-soft sm:inline">
          {step.ended !== null && <>{messages.milliseconds(step.ended.milliseconds)} · </>}
          <Moment at={step.time} timeOnly />
        </span>
      </summary>
      <div className="flex flex-col gap-2.5 border-t border-line px-4 py-2.5">
        <ArgumentList values={step.arguments} fallback={step.summary} />
        {step.decisions.map((decision, index) => (
          // Decisions of a step are only ever added.
          <DecisionView key={index} decision={decision} />
        ))}
        {outcome === 'unknown' && step.settled === null && <Notice tone="bad">{messages.stepUnknownMeaning}</Notice>}
        {step.settled !== null && <SettledNotice settled={step.settled} />}
        {step.ended !== null && step.ended.output !== '' && !isToldAbove(step) && (
          <Scroller label={`${messages.result} ${step.sequence}`} className="max-h-96 rounded-md bg-well px-3 py-2">
            <HostileText text={step.ended.output} as="code" />
          </Scroller>
        )}
        {step.picture !== null && <PagePicture run={run.id} sequence={step.picture} />}
        {step.ended !== null && <LabelView label={step.ended.label} />}
        {step.checkpoint !== null && (
          <p className="text-xs text-ink-soft">{messages.checkpointBefore(step.checkpoint)}</p>
        )}
      </div>
    </details>
  );
}

/** What the agent is told of a refusal or of a lost result; a person read it above, as the decision or the notice. */
function isToldAbove({ ended, decisions, questions }: Step): boolean {
  if (ended?.outcome === 'unknown') return true;
  if (ended?.outcome !== 'denied') return false;
  return decisions.some(({ decision }) => decision.kind === 'deny') || questions.some(({ state }) => state !== null);
}
