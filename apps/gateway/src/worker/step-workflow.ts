import { proposedCallSchema, type StepResult } from '@clawhold/agents';
import {
  type Approval,
  type ApprovalId,
  type ApprovalState,
  apiRoutes,
  type BlobId,
  ClawholdError,
  limits,
  type RunId,
  type StepId,
  supervisorRoutes,
  type TimelineBody,
  type UnknownStep,
} from '@clawhold/spec';
import { z } from 'zod';
import { durably } from './durably.ts';
import { followProgram } from './follow-program.ts';
import { RunEnded } from './run-ended.ts';
import type { LostStep } from './run-record.ts';
import type { Scene, Scenes } from './scene.ts';
import { describeFailure, describeNo, describeOutcome, describeVerdict } from './step-result.ts';

/** Where one tool call is to be found. The call itself lies in the blob of the turn that proposed it. */
export interface StepReference {
  readonly run: RunId;
  readonly step: StepId;
  readonly turn: BlobId;
  /** The agent's tools; the supervisor refuses every other one. */
  readonly authority: readonly string[];
  /** How long to wait for a supervisor that is away, in milliseconds. */
  readonly milliseconds: number;
  /** The call is the start of the run's program; the supervisor knows which, and bounds its time. Default: false. */
  readonly isProgram?: boolean;
}

/** What the journal holds of a step that is over. */
export interface StepRecord {
  readonly outcome: StepResult['outcome'];
  /** Text and label, see `storedResultSchema`. */
  readonly result: BlobId;
  readonly milliseconds: number;
  /** Whether a person said what became of a step whose result was lost. */
  readonly settled?: boolean;
}

type Progress =
  | ({ readonly kind: 'over' } & StepRecord)
  | { readonly kind: 'lost'; readonly result: BlobId; readonly milliseconds: number }
  | { readonly kind: 'ask'; readonly approval: ApprovalId; readonly milliseconds: number };

/** The part of a stored turn that a step needs. */
const callsSchema = z.object({ calls: z.array(proposedCallSchema) });

/**
 * One tool call from its proposal to its recorded end. The step's id goes to the supervisor with every attempt: it
 * journals the call before the effect, and answers a second attempt with what it recorded, or that nobody knows. So a
 * crash between effect and record never repeats the effect.
 *
 * @returns null when the run has ended otherwise.
 */
export async function runStep(scenes: Scenes, reference: StepReference): Promise<StepRecord | null> {
  const scene = await scenes.of(reference.run);
  try {
    let progress = await durably('call', () => attempt(scene, reference, undefined));
    while (progress.kind !== 'over') {
      if (progress.kind === 'lost') {
        const { result, milliseconds } = progress;
        return await durably('verdict', () => awaitVerdict(scene, reference.step, { result, milliseconds }));
      }
      const { approval } = progress;
      const state = await durably('approval', () => awaitPerson(scene, reference.step, approval));
      progress =
        state === 'approved' || state === 'consumed'
          ? await durably('call.approved', () => attempt(scene, reference, approval))
          : await durably('call.refused', () => refuse(scene, reference.step, approval, state));
    }
    const { outcome, result, milliseconds } = progress;
    return { outcome, result, milliseconds };
  } catch (error) {
    if (error instanceof RunEnded) return null;
    throw error;
  }
}

async function attempt(
  scene: Scene,
  { run, step, turn, authority, milliseconds, isProgram = false }: StepReference,
  approval: ApprovalId | undefined,
): Promise<Progress> {
  const { calls } = await scene.record.load(turn, callsSchema);
  const call = calls.find((candidate) => candidate.step === step);
  if (call === undefined) throw new ClawholdError('worker_internal', `The turn does not hold the step ${step}.`);
  const { id, tool, arguments: values } = call;
  await scene.record.show(`${step}/started`, [{ kind: 'step.started', step, tool, summary: summarise(values) }]);
  // Whatever is left of the run's time, a command that was begun may end.
  const limit = AbortSignal.timeout(Math.ceil(Math.max(milliseconds, (limits.commandSeconds + 30) * 1_000)));
  try {
    const answered = approval === undefined ? {} : { approval };
    const outcome = isProgram
      ? await followProgram(scene, { run, step, ...answered })
      : await scene.hands.call(
          supervisorRoutes.callTool,
          { run, step, call: { id, tool, arguments: values }, authority: [...authority], ...answered },
          limit,
        );
    if (outcome.kind === 'ask') return { kind: 'ask', approval: outcome.approval.id, milliseconds: 0 };
    const result = describeOutcome(outcome);
    return outcome.kind === 'unknown'
      ? await lose(scene, { run, step, tool, summary: summarise(values), explanation: outcome.explanation }, result)
      : await end(scene, step, result);
  } catch (error) {
    if (scene.signal.aborted) throw new RunEnded();
    if (limit.aborted && !isProgram) {
      const summary = summarise(values);
      return lose(scene, { run, step, tool, summary, explanation: noAnswer }, unreachable(milliseconds));
    }
    if (!(error instanceof ClawholdError)) throw error;
    return end(scene, step, describeFailure(error.message));
  }
}

/** We asked and got no answer: the call may have been carried out, so nobody may try it again. */
function unreachable(milliseconds: number): StepResult {
  return { ...describeOutcome({ kind: 'unknown', explanation: noAnswer }), milliseconds };
}

const noAnswer = 'The supervisor did not answer before the time of the run was used up.';

async function end(scene: Scene, step: StepId, result: StepResult): Promise<Progress> {
  const { outcome, text, label, milliseconds } = result;
  await scene.record.show(`${step}/ended`, [shownEnd(step, result)]);
  return { kind: 'over', outcome, result: await scene.record.store({ outcome, text, label }), milliseconds };
}

function shownEnd(step: StepId, { outcome, text, label, milliseconds }: StepResult): TimelineBody {
  const output = text.length <= 4_096 ? text : `${text.slice(0, 4_095)}…`;
  return { kind: 'step.ended', step, outcome, output, label, milliseconds };
}

/** Nobody knows what the step did: people see it, and the run waits for one of them to say. */
async function lose({ record }: Scene, lost: LostStep, result: StepResult): Promise<Progress> {
  const { run, step } = lost;
  const { outcome, text, label, milliseconds } = result;
  await record.show(`${step}/ended`, [shownEnd(step, result)]);
  await record.reportUnknown(lost);
  await record.move('unknown');
  const minutes = Math.round(limits.unknownStepSeconds / 60);
  const explanation =
    `Nobody knows what the step ${step} did. The run waits ${minutes} minutes for a person to look and say: ` +
    `npx clawhold settle ${run} ${step} --happened (or --did-not-happen). Then it goes on without that step.`;
  await record.show(`${step}/unknown`, [{ kind: 'state', state: 'unknown', explanation }]);
  return { kind: 'lost', result: await record.store({ outcome, text, label }), milliseconds };
}

/** Waits until a person has said what the step did, or for so long that the run goes on without it. */
async function awaitVerdict(
  { record, run, waiting }: Scene,
  step: StepId,
  lost: Pick<StepRecord, 'result' | 'milliseconds'>,
): Promise<StepRecord> {
  let found: UnknownStep;
  do found = await record.call(apiRoutes.awaitVerdict, { run: run.id, step });
  while (found.state === 'open');
  if (waiting.size === 0) await record.move('running');
  const { verdict, note } = found;
  if (verdict === null) {
    const explanation = 'Nobody said what became of the step. The agent was told, and goes on without it.';
    await record.show(`${step}/unknown/told`, [{ kind: 'state', state: 'running', explanation }]);
    return { ...lost, outcome: 'unknown' };
  }
  await record.show(`${step}/unknown/told`, [{ kind: 'state', state: 'running', explanation: null }]);
  const { outcome, text, label } = describeVerdict(verdict, note);
  const result = await record.store({ outcome, text, label });
  return { outcome, result, milliseconds: lost.milliseconds, settled: true };
}

/** Waits until the question is no longer open. The answer counts wherever this process is by then. */
async function awaitPerson(scene: Scene, step: StepId, approval: ApprovalId): Promise<ApprovalState> {
  const { record, waiting } = scene;
  waiting.add(step);
  await record.move('waiting');
  await record.show(`${step}/waiting/${approval}`, [
    { kind: 'state', state: 'waiting', explanation: 'A person is asked.' },
  ]);
  let found: Approval;
  do found = await record.call(apiRoutes.awaitApproval, { approval });
  while (found.state === 'pending');
  waiting.delete(step);
  if (waiting.size === 0) {
    await record.move('running');
    await record.show(`${step}/answered/${approval}`, [{ kind: 'state', state: 'running', explanation: null }]);
  }
  return found.state;
}

async function refuse(scene: Scene, step: StepId, approval: ApprovalId, state: ApprovalState): Promise<Progress> {
  const found = await scene.record.call(apiRoutes.readApproval, { approval });
  const way = state === 'denied' || state === 'expired' ? state : 'void';
  return end(scene, step, describeNo(found, way));
}

/** The arguments in one line, for people who watch. */
function summarise(values: Readonly<Record<string, unknown>>): string {
  const text = Object.values(values)
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
    .join(' ')
    .replaceAll(/\s+/g, ' ');
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`;
}
