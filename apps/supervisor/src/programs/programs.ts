import type { ProgramManifest } from '@clawhold/harness';
import type { RunId } from '@clawhold/spec';
import { OpenQuestions } from './open-questions.ts';
import { ProgramBudget } from './program-budget.ts';

/** A third-party agent in the sandbox of a run, as long as that lives. */
export interface Program {
  readonly manifest: ProgramManifest;
  readonly budget: ProgramBudget;
  readonly questions: OpenQuestions;
}

/** The runs of this process that are a program's, and not the built-in loop's. */
export interface Programs {
  find(run: RunId): Program | undefined;
  begin(run: RunId, manifest: ProgramManifest): Program;
  forget(run: RunId): void;
}

export function createPrograms(): Programs {
  const programs = new Map<RunId, Program>();
  return {
    find: (run) => programs.get(run),
    begin(run, manifest) {
      const known = programs.get(run);
      if (known !== undefined) return known;
      const budget = new ProgramBudget(manifest.budgets);
      const fresh: Program = { manifest, budget, questions: new OpenQuestions() };
      programs.set(run, fresh);
      return fresh;
    },
    forget: (run) => void programs.delete(run),
  };
}
