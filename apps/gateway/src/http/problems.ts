import { ClawholdError, problemMediaType, toProblem } from '@clawhold/spec';
import type { ErrorHandler, NotFoundHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { ZodError } from 'zod';

function answer(error: unknown): Response {
  const problem = toProblem(error);
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'content-type': problemMediaType },
  });
}

/** One clear sentence out of the first thing that does not fit. */
export function inputProblem(error: ZodError): ClawholdError {
  const [issue] = error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'The request' : `"${issue.path.join('.')}"`;
  return new ClawholdError('input_malformed', `${where} is not valid: ${issue?.message ?? 'unknown problem'}.`);
}

/** Every error leaves as problem details; what is not ours is logged here and says nothing outside. */
export const onError: ErrorHandler = (error) => {
  if (error instanceof ClawholdError) return answer(error);
  if (error instanceof ZodError) return answer(inputProblem(error));
  if (error instanceof HTTPException)
    return answer(
      new ClawholdError('input_malformed', error.message || 'The request is not valid.', { status: error.status }),
    );
  console.error(error);
  return answer(error);
};

export const onNotFound: NotFoundHandler = (context) =>
  answer(new ClawholdError('input_no_such_route', `There is nothing at ${context.req.path}.`, { status: 404 }));
