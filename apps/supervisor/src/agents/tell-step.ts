import type { StepId, StepOutcome, TimelineBody, ToolCall } from '@clawhold/spec';
import type { Gateway } from '../gateway/gateway.ts';
import type { LiveRun } from '../runs/live-run.ts';

/** UTF-16 code units of what is shown. */
const longestOutput = 4_096;
const longestSummary = 200;

/** Shows people what the hands of an agent do, as the worker shows the steps of the built-in loop. */
export function createStepTeller(gateway: Pick<Gateway, 'appendTimeline'>) {
  const tell = (run: LiveRun, body: TimelineBody): Promise<unknown> =>
    gateway.appendTimeline({ run: run.id, bodies: [body] }).catch((error: unknown) => console.error(error));
  return {
    started: (run: LiveRun, step: StepId, { tool, arguments: values }: Pick<ToolCall, 'tool' | 'arguments'>) =>
      tell(run, { kind: 'step.started', step, tool, summary: summaryOf(values) }),
    ended: (run: LiveRun, step: StepId, outcome: StepOutcome) =>
      tell(run, { kind: 'step.ended', step, ...endOf(run, outcome) }),
  };
}

type End = Omit<Extract<TimelineBody, { kind: 'step.ended' }>, 'kind' | 'step'>;

function endOf({ provenance }: LiveRun, outcome: StepOutcome): End {
  const nothing = { label: provenance.seen, milliseconds: 0 };
  switch (outcome.kind) {
    case 'done': {
      const { ok, output, label, milliseconds } = outcome;
      return { outcome: ok ? 'ok' : 'failed', output: cut(output, longestOutput), label, milliseconds };
    }
    case 'denied':
      return { ...nothing, outcome: 'denied', output: outcome.refusal.reasons.map(({ text }) => text).join(' ') };
    case 'unknown':
      return { ...nothing, outcome: 'unknown', output: outcome.explanation };
    case 'ask':
      return { ...nothing, outcome: 'denied', output: 'Nobody answered.' };
    default:
      return outcome satisfies never;
  }
}

function summaryOf(values: ToolCall['arguments']): string {
  const words = Object.values(values).map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  return cut(words.join(' ').replaceAll(/\s+/g, ' '), longestSummary);
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
