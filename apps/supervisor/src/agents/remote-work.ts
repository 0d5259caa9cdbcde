import { randomBytes } from 'node:crypto';
import type { Hands, RemoteAnswer, RemoteCall } from '@clawhold/harness';
import type { Sandbox } from '@clawhold/sandbox';
import { formatId, idEntropyBytes, type StepOutcome } from '@clawhold/spec';
import { type CommandResult, type PreparedCall, prepareCall, textOf } from '@clawhold/tools';
import type { Gateway } from '../gateway/gateway.ts';
import type { OpenQuestions } from '../programs/open-questions.ts';
import type { LiveRun } from '../runs/live-run.ts';
import { awaitAnswer } from '../steps/await-answer.ts';
import type { ToolRequestInput } from '../steps/call-tool.ts';
import { createStepTeller } from './tell-step.ts';

/** Bytes of a file that a mind may read at once. */
const mostRead = 8 * 1024 ** 2;
const folderInMind = '/task/workspace';

export interface RemoteWorkParts {
  readonly gateway: Pick<Gateway, 'awaitApproval' | 'appendTimeline'>;
  readonly callTool: (input: ToolRequestInput) => Promise<StepOutcome>;
}

/** The mind of a run, and the run whose hands it has. */
export interface Split {
  readonly live: LiveRun;
  readonly sandbox: Pick<Sandbox, 'run'>;
  readonly hands: Hands;
  readonly questions: OpenQuestions;
}

/**
 * Carries out what a mind wants done, as the tool call that it is: decided, asked about, journalled and recorded like one of
 * the built-in loop, and once. What is run is written here, never what the mind sent.
 */
export function createRemoteWork({ gateway, callTool }: RemoteWorkParts) {
  const teller = createStepTeller(gateway);

  async function settled(split: Split, input: ToolRequestInput): Promise<StepOutcome> {
    let outcome = await callTool(input);
    while (outcome.kind === 'ask') {
      const { id } = outcome.approval;
      outcome = await split.questions.during(async () => {
        await awaitAnswer(gateway, split.live, id);
        return callTool({ ...input, approval: id });
      });
    }
    return outcome;
  }

  return async (split: Split, command: string, input: Uint8Array): Promise<RemoteAnswer> => {
    const work = split.hands.read(command, input);
    if (work.kind === 'answer') return work.answer;
    const prepared = prepareCall(work.call);
    if (prepared.kind === 'refused') return failure(prepared.reason);
    const run = rewritten(prepared, work);
    let result: CommandResult | undefined;
    const step = formatId('step', randomBytes(idEntropyBytes));
    // It reads a dozen files before each answer.
    const isTold = run.effect !== 'read';
    if (isTold) await teller.started(split.live, step, work.call);
    const outcome = await settled(split, {
      run: split.live.id,
      step,
      call: { id: 'remote', ...work.call },
      program: {
        prepared: run,
        carryOut: async () => {
          result =
            work.where === 'mind'
              ? await split.sandbox.run({ ...run.command, folder: folderInMind })
              : await split.live.sandbox.run(run.command);
          return result;
        },
      },
    });
    if (isTold) await teller.ended(split.live, step, outcome);
    if (outcome.kind !== 'done') return failure(refusalText(outcome));
    if (result === undefined) return failure(outcome.output);
    if (result.missing.stdout > 0) return failure('This is more than can be handed over at once.');
    const { end, stdout, stderr } = result;
    const shown = work.shown ?? ((bytes: Uint8Array) => bytes);
    return { status: end.kind === 'exited' ? end.status : 137, stdout: shown(stdout), stderr: textOf(stderr) };
  };
}

/** The call with the command that is run for it. */
function rewritten(prepared: PreparedCall, { command, prefix }: RemoteCall): PreparedCall {
  if (prefix !== undefined) {
    const { command: own } = prepared;
    return { ...prepared, command: { ...own, arguments: [...prefix, ...own.arguments] } };
  }
  if (command === undefined) return prepared;
  return {
    ...prepared,
    command: { ...prepared.command, arguments: command, keepBytes: mostRead },
    read: (result) => {
      const ok = result.end.kind === 'exited' && result.end.status === 0;
      return { ok, output: textOf(ok ? result.stdout : result.stderr), from: prepared.read(result).from };
    },
  };
}

function refusalText(outcome: Exclude<StepOutcome, { kind: 'done' }>): string {
  switch (outcome.kind) {
    case 'denied':
      return `This was refused: ${outcome.refusal.reasons.map(({ text }) => text).join(' ')} Do not try it again.`;
    case 'unknown':
      return outcome.explanation;
    case 'ask':
      return 'A person was asked and did not answer.';
    default:
      return outcome satisfies never;
  }
}

function failure(why: string): RemoteAnswer {
  return { status: 1, stdout: new Uint8Array(), stderr: `${why}\n` };
}
