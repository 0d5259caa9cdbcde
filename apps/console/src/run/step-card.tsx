import type { Run } from '@clawhold/client';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';
import { Badge } from '../look/badge.tsx';
import { Moment } from '../look/moment.tsx';
import { Notice } from '../look/notice.tsx';
import type { Tone } from '../look/tone.ts';
import { isGoingOn } from '../runs/run-state.ts';
import { ArgumentList } from './argument-list.tsx';
import { DecisionView } from './decision-view.tsx';
import { LabelView } from './label-view.tsx';
import type { Step } from './story.ts';

type Outcome = 'going' | 'ok' | 'failed' | 'denied' | 'unknown';

const tones: Readonly<Record<Outcome, Tone>> = {
  going: 'accent',
  ok: 'good',
  failed: 'warn',
  denied: 'bad',
  unknown: 'bad',
};

/** One tool call: what was asked for, what was decided about it, what came of it. */
export function StepCard({ step, run }: { readonly step: Step; readonly run: Run }) {
  const messages = useMessages();
  // A step that never ended in a run that did: nobody saw its end.
  const outcome: Outcome = step.ended?.outcome ?? (isGoingOn(run) ? 'going' : 'unknown');
  return (
    <article className="rounded-lg border border-line bg-panel">
      <header className="flex flex-wrap items-center gap-2 px-4 py-2">
        <code className="font-mono font-semibold">
          <HostileText text={step.tool} first={80} />
        </code>
        <Badge tone={tones[outcome]}>{messages.stepOutcome[outcome]}</Badge>
        {step.questions.map(({ approval, state }) => (
          <Badge key={approval} tone={state === null ? 'warn' : 'calm'}>
            {state === null ? messages.approvalAsked : messages.approvalEnded[state]}
          </Badge>
        ))}
        <span className="ml-auto text-xs text-ink-soft">
          {step.ended !== null && <>{messages.milliseconds(step.ended.milliseconds)} · </>}
          <Moment at={step.time} timeOnly />
        </span>
      </header>
      <div className="flex flex-col gap-2.5 border-t border-line px-4 py-2.5">
        <ArgumentList values={step.arguments} fallback={step.summary} />
        {step.decisions.map((decision, index) => (
          // Decisions of a step are only ever added.
          <DecisionView key={index} decision={decision} />
        ))}
        {outcome === 'unknown' && <Notice tone="bad">{messages.stepUnknownMeaning}</Notice>}
        {step.ended !== null && (
          <>
            {step.ended.output !== '' && (
              <details open={step.ended.outcome !== 'ok'}>
                <summary className="text-xs font-medium text-ink-soft">{messages.result}</summary>
                <div className="mt-1.5 max-h-96 overflow-auto rounded-md bg-well px-3 py-2">
                  <HostileText text={step.ended.output} block />
                </div>
              </details>
            )}
            <LabelView label={step.ended.label} />
          </>
        )}
      </div>
    </article>
  );
}
