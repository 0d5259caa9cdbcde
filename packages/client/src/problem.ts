import type { components } from './generated/schema.ts';

type Problem = components['schemas']['Problem'];

/** What the gateway refused or could not do: `message` is one sentence, `hint` what to do next. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly code: string;
  readonly status: number;
  readonly hint: string | undefined;

  constructor(problem: Problem) {
    super(problem.title);
    this.code = problem.code;
    this.status = problem.status;
    this.hint = problem.hint;
  }
}

/** The gateway cannot be reached at all. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** Reads an answer that is no success, whatever it is. */
export function toApiProblem(body: unknown, status: number): ApiProblem {
  if (typeof body === 'object' && body !== null && 'title' in body && 'code' in body)
    // The gateway writes every error this way; a proxy in between may not, and then the fields are missing.
    return new ApiProblem(body as Problem);
  return new ApiProblem({
    type: 'about:blank',
    title: `The gateway answered ${status}.`,
    status,
    code: 'gateway_unknown',
  });
}
