import type { LocalHandler } from '@clawhold/egress';
import type { Inference } from '@clawhold/inference';

/** Model traffic of programs in a sandbox, on `http://inference.local`. What needs a person is refused there. */
export function sandboxDoor(inference: () => Inference): LocalHandler {
  return (request, { run, sandbox, agent }) =>
    inference().handle({ ...request, caller: { agent, run, sandbox, askMeans: 'refuse' } });
}
