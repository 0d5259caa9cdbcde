import { type AgentBudgets, limits } from '@clawhold/spec';

export interface Spent {
  readonly turns: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Milliseconds of work; waiting for a person is no work. */
  readonly milliseconds: number;
}

/**
 * What a run has used up, its sub-agents included: one object goes down to all of them. It adds up what was recorded
 * and reads no clock, so a run that goes on after a crash counts the same, and the time it lay dead costs it nothing.
 */
export class Spending {
  readonly #turns: number;
  readonly #tokens: number;
  readonly #milliseconds: number;
  #spent: Spent = { turns: 0, inputTokens: 0, outputTokens: 0, milliseconds: 0 };
  #subAgents = 0;

  /** A manifest may lower a limit of the platform, never raise it. */
  constructor(budgets: AgentBudgets) {
    this.#turns = Math.min(budgets.turns ?? limits.runTurns, limits.runTurns);
    this.#tokens = Math.min(budgets.tokens ?? limits.runTokens, limits.runTokens);
    this.#milliseconds = Math.min(budgets.seconds ?? limits.runSeconds, limits.runSeconds) * 1_000;
  }

  get spent(): Spent {
    return this.#spent;
  }

  get remainingMilliseconds(): number {
    return Math.max(0, this.#milliseconds - this.#spent.milliseconds);
  }

  addTurn(turn: { readonly inputTokens: number; readonly outputTokens: number; readonly milliseconds: number }): void {
    const { turns, inputTokens, outputTokens, milliseconds } = this.#spent;
    this.#spent = {
      turns: turns + 1,
      inputTokens: inputTokens + turn.inputTokens,
      outputTokens: outputTokens + turn.outputTokens,
      milliseconds: milliseconds + turn.milliseconds,
    };
  }

  addWork(milliseconds: number): void {
    this.#spent = { ...this.#spent, milliseconds: this.#spent.milliseconds + milliseconds };
  }

  /** Takes one of the run's sub-agents; false when all are used up. */
  takeSubAgent(): boolean {
    if (this.#subAgents >= limits.subAgents) return false;
    this.#subAgents += 1;
    return true;
  }

  /** One sentence that says which budget is used up, or undefined. */
  get exhausted(): string | undefined {
    const { turns, inputTokens, outputTokens } = this.#spent;
    if (turns >= this.#turns) return `The agent did not finish within ${this.#turns} model turns.`;
    if (inputTokens + outputTokens >= this.#tokens)
      return `The agent did not finish within its budget of ${this.#tokens} tokens.`;
    if (this.remainingMilliseconds === 0)
      return `The agent did not finish within ${this.#milliseconds / 1_000} seconds of work.`;
    return undefined;
  }
}
