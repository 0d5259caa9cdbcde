import { ApiProblem, Unreachable } from '@clawhold/client';
import { ClawholdError } from '@clawhold/spec/error';
import { CommanderError } from 'commander';
import { homeFolder, ownTokenFile } from '../connection/home.ts';

export interface Complaint {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
}

/** One clear sentence and what to do next, for whatever went wrong. */
export function complaintOf(error: unknown): Complaint {
  if (error instanceof ApiProblem && error.status === 401)
    return {
      code: error.code,
      message: `The token in ${ownTokenFile() ?? homeFolder()} is not one of the Clawhold that runs.`,
      hint:
        ownTokenFile() === undefined
          ? 'Start Clawhold again, or set CLAWHOLD_HOME to its folder.'
          : 'Ask the operator whether it was taken away (npx clawhold people).',
    };
  if (error instanceof ClawholdError || error instanceof ApiProblem)
    return { code: error.code, message: error.message, hint: error.hint };
  if (error instanceof Unreachable)
    return { code: 'gateway_unreachable', message: error.message, hint: 'See what runs with: npx clawhold status' };
  if (error instanceof CommanderError)
    return {
      code: 'input_command',
      message: error.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' '),
      hint: 'See: npx clawhold --help',
    };
  const detail = error instanceof Error ? error.message : String(error);
  return {
    code: 'cli_internal',
    message: `Something went wrong inside the clawhold command: ${detail}`,
    hint: 'Set CLAWHOLD_DEBUG=1 to see where.',
  };
}
