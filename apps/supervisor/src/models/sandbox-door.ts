import type { LocalHandler } from '@clawhold/egress';
import type { Inference } from '@clawhold/inference';
import type { Programs } from '../programs/programs.ts';

/**
 * Model traffic of programs in a sandbox, on `http://inference.local`. What needs a person waits for one where the program
 * is the agent of the run; of other programs it is refused.
 */
export function sandboxDoor(inference: () => Inference, programs: Pick<Programs, 'find'>): LocalHandler {
  return (request, { run, sandbox, agent }) => {
    const askMeans = programs.find(run) === undefined ? 'refuse' : 'wait';
    return inference().handle({ ...request, caller: { agent, run, sandbox, askMeans } });
  };
}
