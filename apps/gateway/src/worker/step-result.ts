import type { StepResult } from '@clawhold/agents';
import { type Approval, labelSchema, type Refusal, type StepOutcome, type Verdict } from '@clawhold/spec';
import { z } from 'zod';

/** A step's result as it lies in the blob store. */
export const storedResultSchema = z.object({
  outcome: z.enum(['ok', 'failed', 'denied', 'unknown']),
  text: z.string(),
  label: labelSchema,
});

/** What the platform itself says: nothing of it comes from outside. */
const platformLabel: StepResult['label'] = {
  integrity: 'local',
  confidentiality: 'internal',
  readers: null,
  sources: [],
};

/** What the model is told about an outcome that is final. */
export function describeOutcome(outcome: Exclude<StepOutcome, { kind: 'ask' }>): StepResult {
  switch (outcome.kind) {
    case 'done': {
      const { ok, output, label, milliseconds } = outcome;
      return { outcome: ok ? 'ok' : 'failed', text: output, label, milliseconds };
    }
    case 'denied':
      return said('denied', JSON.stringify(outcome.refusal));
    case 'unknown':
      return said(
        'unknown',
        `The result of this call is unknown: ${outcome.explanation} It may have happened. Do not repeat it; a person will look. Go on without it.`,
      );
    default:
      return outcome satisfies never;
  }
}

/** What the model is told when a person found out what a lost step did. */
export function describeVerdict(verdict: Verdict, note: string | null): StepResult {
  const words = note === null ? '' : ` They say: ${JSON.stringify(note)}.`;
  return verdict === 'happened'
    ? said(
        'unknown',
        `The result of this call was lost. A person looked: it happened.${words} Do not repeat it; go on.`,
      )
    : said('failed', `This call was begun and did not happen: a person looked.${words} You may make it again.`);
}

const ways = {
  denied: 'A person said no.',
  expired: 'Nobody answered in time, and silence is no.',
  void: 'The question was withdrawn.',
} as const;

/** What the model is told when a person was asked and did not approve. */
export function describeNo(approval: Approval, way: keyof typeof ways): StepResult {
  const refusal: Refusal = {
    error: 'policy_denied',
    asked: { kind: 'tool', what: approval.action.tool },
    reasons: approval.reasons,
    rules: [],
    next: `${ways[way]} Do not try this again; go on without it and say so in the end.`,
  };
  return said('denied', JSON.stringify(refusal));
}

/** A call that could not be carried out at all, for a reason that is no refusal. */
export function describeFailure(sentence: string): StepResult {
  return said('failed', sentence);
}

function said(outcome: StepResult['outcome'], text: string): StepResult {
  return { outcome, text, label: platformLabel, milliseconds: 0 };
}
