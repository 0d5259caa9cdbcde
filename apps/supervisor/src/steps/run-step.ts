import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FinishedCall } from '@clawhold/flow';
import { type ApprovalId, ledgerEvent, type StepId, type StepOutcome, type ToolCall } from '@clawhold/spec';
import type { CommandResult, OutputOrigin, PreparedCall } from '@clawhold/tools';
import type { Browsers } from '../browser/browsers.ts';
import type { Policies } from '../deciding/policies.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { CarriedLabels } from '../labels/carried-labels.ts';
import { isSecretResult } from '../labels/data-labels.ts';
import type { LiveRun } from '../runs/live-run.ts';
import { lostOutcome } from './outcomes.ts';

export interface StepInput {
  readonly step: StepId;
  readonly call: ToolCall;
  /** A person agreed to it. */
  readonly approval?: ApprovalId | undefined;
  readonly program?: CarriedProgram | undefined;
}

/** A program that lives longer than a tool: the call that it is, and how it is run to its end. */
export interface CarriedProgram {
  readonly prepared: PreparedCall;
  carryOut(): Promise<CommandResult>;
  /** It works in a sandbox of its own: the files of the run stand still meanwhile, unless its hands move them. */
  readonly isElsewhere?: boolean;
}

/** Carries out what was decided: journal, effect, record, in this order. */
export interface StepRunner {
  run(run: LiveRun, input: StepInput, prepared: PreparedCall): Promise<StepOutcome>;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export interface StepRunnerParts {
  readonly gateway: Pick<Gateway, 'writeBlob' | 'appendEvents'>;
  readonly policies: Pick<Policies, 'of'>;
  readonly carried: Pick<CarriedLabels, 'note'>;
  /** The number of the checkpoint before a step, null when there is none. */
  readonly browsers: Browsers;
  readonly checkpointBefore: (run: LiveRun, step: StepInput, prepared: PreparedCall) => Promise<number | null>;
}

export function createStepRunner({
  gateway,
  policies,
  carried,
  browsers,
  checkpointBefore,
}: StepRunnerParts): StepRunner {
  async function intend(run: LiveRun, input: StepInput, prepared: PreparedCall): Promise<void> {
    const { step, call } = input;
    const text = JSON.stringify(call);
    const { blob } = await gateway.writeBlob({ run: run.id, text });
    const effect = prepared.effect === 'read' ? 'read' : 'other';
    if (effect === 'other') {
      const checkpoint = await checkpointBefore(run, input, prepared);
      const body = { step, tool: prepared.tool, effect: prepared.effect, argumentsDigest: sha256(text), checkpoint };
      const event = ledgerEvent('step.intended', body, { actor: 'supervisor', run: run.id });
      await gateway.appendEvents({ events: [event] });
    }
    // Last of all: from here on nobody can say that the effect did not happen.
    await run.journal.intend(step, effect, blob);
  }

  async function record(run: LiveRun, { step }: StepInput, outcome: StepOutcome, isRead: boolean): Promise<void> {
    const text = JSON.stringify(outcome);
    const { blob } = await gateway.writeBlob({ run: run.id, text });
    await run.journal.end(step, blob);
    if (isRead) return;
    const body = {
      step,
      outcome: outcome.kind === 'done' && !outcome.ok ? 'failed' : outcome.kind,
      resultDigest: sha256(text),
    };
    await gateway.appendEvents({ events: [ledgerEvent('step.ended', body, { actor: 'supervisor', run: run.id })] });
  }

  /** Like {@link execute}, for what is no read: whatever its sandbox did not live to tell is unknown, not failed. */
  async function act(run: LiveRun, input: StepInput, prepared: PreparedCall): Promise<StepOutcome> {
    const outcome = await execute(run, input, prepared).catch((error: unknown) => ({ kind: 'broken', error }) as const);
    if (outcome.kind === 'done' && outcome.ok) return outcome;
    // The end of the sandbox is told right behind the end of its command.
    await nextTurn();
    if (run.ended.aborted) return lostOutcome();
    if (outcome.kind === 'broken') throw outcome.error;
    return outcome;
  }

  function command(run: LiveRun, { step }: StepInput, prepared: PreparedCall): Promise<CommandResult> {
    const { browser } = prepared;
    return browser === null ? run.sandbox.run(prepared.command) : browsers.run(run, step, { ...prepared, browser });
  }

  async function execute(run: LiveRun, input: StepInput, prepared: PreparedCall): Promise<StepOutcome> {
    const began = performance.now();
    const { tool } = prepared;
    run.provenance.starting({ writes: prepared.writes });
    // Before the effect: whoever dies in the middle of it must not leave files that nobody knows to be secret.
    await carried.note(run);
    const carryOut = input.program?.carryOut ?? (() => command(run, input, prepared));
    const isElsewhere = input.program?.isElsewhere === true;
    const result = await (isElsewhere ? carryOut() : run.frost.acting(() => run.steps.during(input.step, carryOut)));
    const { ok, output: text, from } = prepared.read(result);
    const origin = labelledOrigin(run, from);
    const isSecret = isSecretResult({ tool, text }, policies.of(run.agent));
    const label = run.provenance.finished({ tool, arguments: input.call.arguments, ok, text, from: origin, isSecret });
    await carried.note(run);
    return { kind: 'done', ok, output: text, label, milliseconds: performance.now() - began };
  }

  return {
    async run(run, input, prepared) {
      await intend(run, input, prepared);
      const outcome =
        prepared.effect === 'read' ? await execute(run, input, prepared) : await act(run, input, prepared);
      await record(run, input, outcome, prepared.effect === 'read');
      return outcome;
    },
  };
}

/** What a policy says of the answers of a host. Which hosts a page is made of only the browser knows, and it may lie. */
function labelledOrigin({ hostLabels }: LiveRun, from: OutputOrigin): FinishedCall['from'] {
  if (from.kind === 'host') return { ...from, ...hostLabels.of(from.host) };
  return from.kind === 'browser' ? { kind: 'host', host: 'the browser', safe: false, ...hostLabels.mixed() } : from;
}
