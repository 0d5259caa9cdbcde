import { ClawholdError, fromProblem, problemSchema } from '@clawhold/spec';

/** Reads problem details back into the error that was sent; anything else becomes `channel_answer`. */
export function parseProblem(text: string, status: number): ClawholdError {
  try {
    return fromProblem(problemSchema.parse(JSON.parse(text)));
  } catch (cause) {
    return new ClawholdError('channel_answer', `The other process answered ${status} and gave no reason.`, {
      status: 502,
      cause,
    });
  }
}
