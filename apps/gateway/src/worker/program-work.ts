import type { Ending, ProposedCall } from '@clawhold/agents';
import type { ProgramManifest } from '@clawhold/harness';
import { formatId, idEntropyBytes } from '@clawhold/spec';
import type { StepStarter } from './durable-host.ts';
import { durably } from './durably.ts';
import { RunEnded } from './run-ended.ts';
import type { Scene } from './scene.ts';
import { storedResultSchema } from './step-result.ts';

export interface ProgramEnding {
  readonly ending: Ending;
  /** Whether nobody knows what became of it. */
  readonly isUnknown: boolean;
}

/** The work of a run whose agent is a program: one step, from its start to its end. */
export async function workByProgram(
  { run, record }: Scene,
  { command }: ProgramManifest,
  startStep: StepStarter,
): Promise<ProgramEnding> {
  const step = formatId('step', record.entropyFor('program', idEntropyBytes));
  const turn = await durably('program', () => {
    const call: ProposedCall = {
      id: 'program',
      tool: 'shell.exec',
      arguments: { command: command.join(' ') },
      problem: null,
      step,
    };
    return record.store({ text: '', calls: [call] });
  });
  const started = await startStep({ run: run.id, step, turn, authority: [], milliseconds: 0, isProgram: true });
  const ended = await started.result();
  if (ended === null) throw new RunEnded();
  const { text } = await record.load(ended.result, storedResultSchema);
  return {
    // Nobody checked what a program says of its own work.
    ending:
      ended.outcome === 'ok'
        ? { kind: 'finished', outcome: text, selfCheck: 'unverified' }
        : { kind: 'failed', outcome: text },
    isUnknown: ended.outcome === 'unknown' && ended.settled !== true,
  };
}
