import { z } from 'zod';
import { id } from './ids.ts';

/** What a person found out about a step whose result was lost: its effect is there, or it is not. */
export const verdicts = ['happened', 'did_not_happen'] as const;
export type Verdict = (typeof verdicts)[number];

/** The longest note of a person, in characters. */
export const verdictNoteCharacters = 2_000;

/**
 * A step that was begun and whose result was lost: it may have had its effect or not. The run waits until a person says
 * which, or until `expires`; then it goes on without the step. A person can say it later too, for the record.
 */
export const unknownStepSchema = z.object({
  run: id('run'),
  step: id('step'),
  tool: z.string(),
  /** The arguments in one line; an agent wrote them. */
  summary: z.string(),
  /** Why nobody knows. */
  explanation: z.string(),
  reported: z.iso.datetime(),
  /** When the run goes on without an answer. */
  expires: z.iso.datetime(),
  /** `expired`: no run waits for it any more, because the time is over or the run has ended. */
  state: z.enum(['open', 'expired', 'settled']),
  verdict: z.enum(verdicts).nullable(),
  note: z.string().nullable(),
  settled: z.iso.datetime().nullable(),
  settledBy: z.string().nullable(),
});
export type UnknownStep = z.infer<typeof unknownStepSchema>;
