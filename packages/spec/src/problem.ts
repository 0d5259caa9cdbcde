import { z } from 'zod';
import { ClawholdError, type ErrorCode } from './clawhold-error.ts';

/** RFC 9457 problem details, the shape of every error on every HTTP wire of ours. */
export const problemSchema = z.object({
  type: z.string().default('about:blank'),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  code: z.string(),
  hint: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;

/** The media type of {@link Problem} (RFC 9457, section 3). */
export const problemMediaType = 'application/problem+json';

/** Writes any error as problem details. What is not ours says nothing about its inside. */
export function toProblem(error: unknown): Problem {
  if (error instanceof ClawholdError)
    return {
      type: 'about:blank',
      title: error.message,
      status: error.status,
      code: error.code,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    };
  return { type: 'about:blank', title: 'Something went wrong inside Clawhold.', status: 500, code: 'gateway_internal' };
}

/** Reads problem details back into the error that was sent. */
export function fromProblem(problem: Problem): ClawholdError {
  // The code came from toProblem of a peer or of the gateway; an unknown one is only ever printed.
  return new ClawholdError(problem.code as ErrorCode, problem.title, {
    status: problem.status,
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
  });
}
