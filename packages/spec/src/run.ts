import { z } from 'zod';
import { id } from './ids.ts';

/**
 * `queued` → `running` ⇄ `waiting` (a person is asked) → `finished` | `failed` | `stopped`. A run whose step was in
 * flight when a process died is `unknown` until a person says what happened.
 */
export const runStates = ['queued', 'running', 'waiting', 'unknown', 'finished', 'failed', 'stopped'] as const;
export type RunState = (typeof runStates)[number];

/** States in which nothing more will happen by itself. */
export const endedRunStates: readonly RunState[] = ['finished', 'failed', 'stopped'];

/** What became of the files: `open` (kept aside), `kept`, `discarded`, `undone`. */
export const fileStates = ['open', 'kept', 'discarded', 'undone'] as const;
export type FileState = (typeof fileStates)[number];

/**
 * What a finished run's own check of its result said: every demand of the task is `met`; some are `unmet`, by the agent's
 * own account; or it is `unverified`, because the check found fault or was never made.
 */
export const selfChecks = ['met', 'unmet', 'unverified'] as const;
export type SelfCheck = (typeof selfChecks)[number];

export const runSchema = z.object({
  id: id('run'),
  session: id('session'),
  /** The person's own words. */
  task: z.string(),
  /** Absolute path of the task folder. */
  folder: z.string(),
  agent: z.string(),
  /** `provider/model`; `rehearsal/<scenario>` is scripted. */
  model: z.string(),
  scripted: z.boolean(),
  /** Takes further messages after its task, until somebody ends it. */
  conversation: z.boolean(),
  state: z.enum(runStates),
  files: z.enum(fileStates),
  /** The agent's own closing words, or why the run ended without; null while it goes on. */
  outcome: z.string().nullable(),
  /** Null while it goes on, and when it did not finish. */
  selfCheck: z.enum(selfChecks).nullable(),
  created: z.iso.datetime(),
  ended: z.iso.datetime().nullable(),
  usage: z.object({ turns: z.number().int(), inputTokens: z.number().int(), outputTokens: z.number().int() }),
});
export type Run = z.infer<typeof runSchema>;

/** One entry of the plan that the agent keeps up to date. */
export const planItemSchema = z.object({
  title: z.string(),
  state: z.enum(['open', 'active', 'done', 'dropped']),
});
export type PlanItem = z.infer<typeof planItemSchema>;
