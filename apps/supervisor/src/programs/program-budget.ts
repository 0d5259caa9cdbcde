import { type AgentBudgets, ClawholdError, limits } from '@clawhold/spec';

/**
 * What a program may ask of models. The built-in loop counts its own turns; of a program nobody else would, and it may ask
 * in a circle for ever. A manifest may lower a limit of the platform, never raise it.
 */
export class ProgramBudget {
  readonly #turns: number;
  readonly #tokens: number;
  /** Seconds of work; waiting for a person does not count. */
  readonly seconds: number;
  #turnsTaken = 0;
  #tokensUsed = 0;

  constructor({ turns, tokens, seconds }: AgentBudgets) {
    this.#turns = Math.min(turns ?? limits.runTurns, limits.runTurns);
    this.#tokens = Math.min(tokens ?? limits.runTokens, limits.runTokens);
    this.seconds = Math.min(seconds ?? limits.runSeconds, limits.runSeconds);
  }

  /** Takes a turn before a model is asked. @throws ClawholdError `policy_refused` when the last one is gone. */
  takeTurn(): void {
    if (this.#turnsTaken >= this.#turns) throw spent(`${this.#turns} model turns`);
    if (this.#tokensUsed >= this.#tokens) throw spent(`${this.#tokens} tokens`);
    this.#turnsTaken += 1;
  }

  use(tokens: number): void {
    this.#tokensUsed += tokens;
  }
}

function spent(what: string): ClawholdError {
  return new ClawholdError('policy_refused', `The agent has used up the ${what} of this run.`, {
    status: 403,
    hint: 'Do not ask again: end with what there is.',
  });
}
