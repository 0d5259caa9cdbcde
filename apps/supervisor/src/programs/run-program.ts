import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseProgramManifest } from '@clawhold/harness';
import { KeptOutput } from '@clawhold/sandbox';
import { type ApprovalId, limits, type RunId, type StepId, type StepOutcome } from '@clawhold/spec';
import type { CommandResult } from '@clawhold/tools';
import type { Remembering } from '../agents/remembering.ts';
import type { Thinker, Thought } from '../agents/thinker.ts';
import type { createConversationHolder } from '../conversations/hold-conversation.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { LiveRun } from '../runs/live-run.ts';
import type { LiveRuns } from '../runs/live-runs.ts';
import type { ToolRequestInput } from '../steps/call-tool.ts';
import { failed } from '../steps/outcomes.ts';
import { type PreparedProgram, prepareProgram } from './prepare-program.ts';
import type { Program, Programs } from './programs.ts';
import { createTeller } from './teller.ts';
import { startWorkClock } from './work-clock.ts';

/** Whoever follows a program hears at least so often that it lives. */
const longestSilence = 20_000;

export interface ProgramInput {
  readonly run: RunId;
  readonly step: StepId;
  readonly approval?: ApprovalId | undefined;
  /** The state of which whoever asks knows already. */
  readonly known: 'running' | 'waiting';
}

export type ProgramProgress =
  | { readonly state: 'running' | 'waiting' }
  | { readonly state: 'over'; readonly outcome: StepOutcome };

export interface ProgramRunnerParts {
  readonly runs: LiveRuns;
  readonly programs: Programs;
  readonly gateway: Pick<Gateway, 'readRun' | 'readManifest' | 'appendTimeline'>;
  readonly callTool: (input: ToolRequestInput) => Promise<StepOutcome>;
  readonly think: Thinker;
  readonly remembering: Remembering;
  readonly converse: ReturnType<typeof createConversationHolder>;
}

/**
 * Runs a third-party agent, unchanged, as one step of its run: decided as the command that it is, journalled before it
 * starts, its end recorded. What it does meanwhile is decided where it happens: at the model door, in the proxy, in the
 * view of the files. Which program it is the run's manifest says, as the gateway recorded it; whoever asks cannot.
 */
export function createProgramRunner({
  runs,
  programs,
  gateway,
  callTool,
  think,
  remembering,
  converse,
}: ProgramRunnerParts) {
  async function begin(live: LiveRun): Promise<Begun> {
    const [run, { text }] = await Promise.all([
      gateway.readRun({ run: live.id }),
      gateway.readManifest({ run: live.id }),
    ]);
    const manifest = parseProgramManifest(text, `the manifest of ${run.agent}`);
    const prepared = prepareProgram(manifest, run);
    return { task: run.task, isSingle: !run.conversation, program: programs.begin(live.id, manifest), prepared };
  }

  /** Where it is started: in the run's own sandbox, or where it thinks. */
  async function place(live: LiveRun, { task, isSingle, program, prepared }: Begun): Promise<CommandResult> {
    const { mind, memory, conversation: protocol, start } = prepared;
    const runIn = (sandbox: LiveRun['sandbox']) => carryOut({ live, sandbox }, program, prepared, gateway);
    if (mind === undefined) {
      const work = () =>
        protocol === undefined
          ? runIn(live.sandbox)
          : converse({ live, sandbox: live.sandbox, program, protocol, start, task, isSingle, secret: '' });
      const isGood = (result: CommandResult) => prepared.prepared.read(result).ok;
      return memory === undefined ? work() : remembering({ live, memory, isGood }, work);
    }
    const secret = randomBytes(secretBytes).toString('hex');
    const { mcp } = program.manifest;
    const { result } = await think({ live, mind, secret, mcp, questions: program.questions }, async (sandbox) => {
      const ended =
        protocol === undefined
          ? await runIn(sandbox)
          : await converse({ live, sandbox, program, protocol, start, task, isSingle, secret });
      return { result: ended, isGood: prepared.prepared.read(ended).ok };
    });
    return result;
  }

  return async ({ run, step, approval, known }: ProgramInput): Promise<ProgramProgress> => {
    const live = runs.get(run);
    const begun = await begin(live);
    const { program, prepared } = begun;
    const over = callTool({
      run,
      step,
      call: { id: 'program', tool: prepared.prepared.tool, arguments: prepared.prepared.arguments },
      ...(approval === undefined ? {} : { approval }),
      program: {
        prepared: prepared.prepared,
        carryOut: () => place(live, begun),
        isElsewhere: prepared.mind !== undefined,
      },
    }).then((outcome): ProgramProgress => {
      // What it did outside of its mind are steps of their own; that it was there is no effect that a person has to look for.
      const isLost = outcome.kind === 'unknown' && prepared.mind !== undefined && prepared.conversation !== undefined;
      return { state: 'over', outcome: isLost ? failed(brokenOff, live.provenance.seen) : outcome };
    });
    const { questions } = program;
    const changed = questions.state === known ? questions.change : Promise.resolve();
    const done = new AbortController();
    const silence = sleep(longestSilence, undefined, { signal: done.signal }).catch(() => undefined);
    try {
      return await Promise.race([over, Promise.race([changed, silence]).then(() => ({ state: questions.state }))]);
    } finally {
      done.abort();
      over.catch(() => undefined); // whoever asks next hears of it
    }
  };
}

const secretBytes = 32;
const brokenOff = 'The conversation broke off: its sandbox ended. What it had kept before is still there.';

/** A run whose program is about to be started, or was. */
interface Begun {
  readonly task: string;
  /** It is given one task, and nobody goes on talking to it. */
  readonly isSingle: boolean;
  readonly program: Program;
  readonly prepared: PreparedProgram;
}

async function carryOut(
  { live, sandbox }: Pick<Thought, 'live'> & Pick<LiveRun, 'sandbox'>,
  { budget }: Program,
  { start, listener }: PreparedProgram,
  gateway: Pick<Gateway, 'appendTimeline'>,
): Promise<CommandResult> {
  const tell = createTeller(live, gateway);
  const running = sandbox.execute(start);
  let isOver = false;
  using _ = startWorkClock(
    budget.seconds,
    () => live.frost.open().length > 0,
    () => {
      isOver = true;
      running.kill();
    },
  );
  const kept = { stdout: new KeptOutput(limits.commandOutputBytes), stderr: new KeptOutput(limits.commandOutputBytes) };
  for await (const { stream, bytes } of running) {
    kept[stream].push(bytes);
    if (stream === 'stdout' && listener !== undefined) await tell(listener.take(bytes));
  }
  if (listener !== undefined) await tell(listener.end());
  const end = await running.end;
  return {
    end: isOver && end.kind === 'killed' ? { ...end, reason: 'timeout' } : end,
    stdout: kept.stdout.bytes(),
    stderr: kept.stderr.bytes(),
    missing: { stdout: kept.stdout.missing, stderr: kept.stderr.missing },
  };
}
