import type { Run } from '@clawhold/client';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { visible } from '../hostile-text/visible.ts';
import { useMessages } from '../language/language.tsx';
import { Badge } from '../look/badge.tsx';
import { Moment } from '../look/moment.tsx';
import { StepCard } from './step-card.tsx';
import type { Step } from './story.ts';

interface StepGroupProps {
  readonly tool: string;
  readonly steps: readonly Step[];
  readonly run: Run;
}

const summaryCharacters = 60;

/** Like steps that went as usual: one line, and each of them when it is opened. */
export function StepGroup({ tool, steps, run }: StepGroupProps) {
  const messages = useMessages();
  const summaries = [steps[0], steps.at(-1)].map((step) => visible((step?.summary ?? '').slice(0, summaryCharacters)));
  return (
    <details className="group/steps rounded-lg border border-line bg-panel">
      <summary className="flex items-center gap-2 px-4 py-2">
        <span aria-hidden="true" className="text-ink-soft group-open/steps:rotate-90">
          ›
        </span>
        <code className="font-mono font-semibold whitespace-nowrap">
          <HostileText text={tool} first={80} />
        </code>
        <span className="font-medium whitespace-nowrap tabular-nums">× {steps.length}</span>
        <Badge tone="good">{messages.stepOutcome.ok}</Badge>
        <span className="hostile min-w-0 flex-1 truncate font-mono text-xs text-ink-soft">{summaries.join(' … ')}</span>
        <span className="hidden text-xs text-ink-soft sm:inline">
          {steps[0] !== undefined && <Moment at={steps[0].time} timeOnly />}
        </span>
      </summary>
      <ol className="flex flex-col gap-2 border-t border-line p-2">
        {steps.map((step) => (
          <li key={step.id}>
            <StepCard step={step} run={run} />
          </li>
        ))}
      </ol>
    </details>
  );
}
