import { type Channel, callRoute } from '@clawhold/channel';
import {
  ClawholdError,
  fromProblem,
  problemMediaType,
  problemSchema,
  type Route,
  type Run,
  supervisorRoutes,
} from '@clawhold/spec';
import type { z } from 'zod';
import { isAway, patiently } from './patience.ts';
import { RunEnded } from './run-ended.ts';

export interface HandsOptions {
  readonly channel: Channel;
  readonly run: Run;
  /** Aborted when the run was stopped. */
  readonly signal: AbortSignal;
  /** Tells people that something is amiss, or right again. */
  readonly note: (level: 'info' | 'warning', text: string) => Promise<void>;
  /** Called when the supervisor says that the run was stopped; it hears of it before the paper is written. */
  readonly onStopped: () => void;
}

/**
 * The sandbox of one run, through the supervisor. Calls wait while the supervisor is away; when it comes back the
 * sandbox is opened anew, because a supervisor that died has ended it. The files are still there then, the processes
 * are not.
 */
export class Hands {
  readonly #options: HandsOptions;
  /** The opening of this process; a supervisor that finds the sandbox alive answers at once. */
  #opening: Promise<void> | undefined;

  constructor(options: HandsOptions) {
    this.#options = options;
  }

  /** @throws ClawholdError when there can be no sandbox: an unknown folder, a kernel that refuses. */
  open(): Promise<void> {
    return this.#use(async () => undefined, this.#options.signal);
  }

  /** Calls a route that may be asked twice. `limit` ends the waiting besides the run's own end. */
  call<Request extends z.ZodType, Response extends z.ZodType>(
    route: Route<Request, Response>,
    input: z.input<Request>,
    limit?: AbortSignal,
  ): Promise<z.output<Response>> {
    const signal = limit === undefined ? this.#options.signal : AbortSignal.any([this.#options.signal, limit]);
    return this.#use(() => callRoute(this.#options.channel, route, input, { signal }), signal);
  }

  /** For model traffic: waits for the supervisor before a request, and leaves what fails within one to the caller. */
  readonly fetch: typeof fetch = async (input, init) => {
    const signal = init?.signal === undefined || init.signal === null ? this.#options.signal : init.signal;
    return this.#use(async () => refuseOwnProblems(await this.#options.channel.fetch(input, init)), signal);
  };

  async #use<Answer>(work: () => Promise<Answer>, signal: AbortSignal): Promise<Answer> {
    const { note } = this.#options;
    let reopened = false;
    const attempt = async (): Promise<Answer> => {
      await this.#ensureOpen(signal);
      try {
        return await work();
      } catch (error) {
        if (isAway(error)) this.#opening = undefined;
        if (isStopped(error)) {
          this.#options.onStopped();
          throw new RunEnded();
        }
        if (!isSandboxGone(error) || reopened) throw error;
        reopened = true;
        this.#opening = undefined;
        return attempt();
      }
    };
    return patiently(attempt, {
      signal,
      onAway: () => note('warning', 'The supervisor is away. The run waits for it.'),
      onBack: () => note('info', 'The supervisor is back. The run goes on.'),
    });
  }

  #ensureOpen(signal: AbortSignal): Promise<void> {
    this.#opening ??= this.#openNow(signal).catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async #openNow(signal: AbortSignal): Promise<void> {
    const { channel, run } = this.#options;
    const { session, agent, folder, model, task } = run;
    const wanted = { run: run.id, session, agent, folder, model, task };
    await callRoute(channel, supervisorRoutes.openSandbox, wanted, { signal });
  }
}

/** The supervisor lives and has no sandbox of this run: it was restarted between two of our calls. */
function isSandboxGone(error: unknown): boolean {
  return error instanceof ClawholdError && error.code === 'state_no_sandbox';
}

function isStopped(error: unknown): boolean {
  return error instanceof ClawholdError && error.code === 'state_run_stopped';
}

/** What the supervisor itself says about the run must not pass for the answer of a model server. */
async function refuseOwnProblems(response: Response): Promise<Response> {
  if (response.headers.get('content-type') !== problemMediaType) return response;
  const problem = problemSchema.safeParse(await response.clone().json());
  const error = problem.success ? fromProblem(problem.data) : undefined;
  if (isSandboxGone(error) || isStopped(error)) throw error;
  return response;
}
