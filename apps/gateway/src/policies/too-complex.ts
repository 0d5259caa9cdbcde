import { ClawholdError } from '@clawhold/spec';

export function tooComplex(seconds: number): ClawholdError {
  return new ClawholdError(
    'policy_too_complex',
    `This takes more than ${seconds} seconds, or more memory than it may.`,
    {
      status: 422,
      hint: 'Ask about a smaller document; the command line has no such limit.',
    },
  );
}
