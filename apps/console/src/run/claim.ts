import type { Step, Story } from './story.ts';

/** One demand of the task as the agent understood it, and what it saw that shows it. */
export interface Demand {
  readonly demand: string;
  readonly evidence: string;
  readonly met: boolean;
}

/** An agent's claim to be done, and what the check of it answered. */
export interface Claim {
  readonly demands: readonly Demand[];
  readonly answer: string;
}

/** The last claim of the run's own agent; null when it made none. Those of sub-agents are about their part only. */
export function claimOf({ scenes }: Story, agent: string): Claim | null {
  const step = scenes.findLast(
    (scene): scene is Step => scene.kind === 'step' && scene.tool === 'task.complete' && scene.agent === agent,
  );
  return step === undefined ? null : { demands: demandsOf(step.arguments['checks']), answer: step.ended?.output ?? '' };
}

/** A model wrote the arguments: what has another shape is left out. */
function demandsOf(checks: unknown): readonly Demand[] {
  if (!Array.isArray(checks)) return [];
  return checks.flatMap((check: unknown) => {
    if (typeof check !== 'object' || check === null) return [];
    const { demand, evidence, met = true } = check as Readonly<Record<string, unknown>>; // any object can be read so
    return typeof demand === 'string' && typeof evidence === 'string' && typeof met === 'boolean'
      ? [{ demand, evidence, met }]
      : [];
  });
}
