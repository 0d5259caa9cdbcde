import { createHash } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { type AgentManifest, parseAgentManifest } from '@clawhold/agents/manifest';
import { harnessOf } from '@clawhold/harness';
import {
  ClawholdError,
  type LedgerEvent,
  ledgerEvent,
  type Model,
  type Run,
  type RunId,
  type SessionId,
} from '@clawhold/spec';
import type { AgentService } from '../agents/agent-service.ts';
import type { ApprovalService } from '../approvals/approval-service.ts';
import type { Recorder } from '../audit/recorder.ts';
import type { SupervisorClient } from '../supervisors/client.ts';
import type { SupervisorRegistry } from '../supervisors/registry.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { RunProgress, RunStore } from './run-store.ts';
import { assertTaskFolder, type ForbiddenFolders } from './task-folder.ts';

export interface RunRequest {
  readonly task: string;
  /** Absolute path of the task folder. */
  readonly folder: string;
  readonly agent: string;
  /** A program that works in place of the agent's own, under the agent's policy. */
  readonly command?: readonly string[] | undefined;
  /** `provider/model`; the installation's default when absent. */
  readonly model?: string | undefined;
  readonly session?: SessionId | undefined;
  /** It stays after its answer, for further messages. */
  readonly conversation?: boolean | undefined;
}

export interface ForkRequest {
  /** A checkpoint; null: the files as they are now. */
  readonly from: string | null;
  /** Default: that of the run it comes from. */
  readonly task?: string | undefined;
}

/** Runs: made by people, moved on by the worker, stopped by people. */
export interface RunService {
  create(request: RunRequest, by: string): Promise<Run>;
  /** Another run in the same conversation, which begins with the files of this one at a checkpoint. */
  fork(run: RunId, request: ForkRequest, by: string): Promise<Run>;
  update(run: RunId, progress: RunProgress): Promise<void>;
  /** Says what a process that died in the middle of a stop did not say any more. */
  repair(): Promise<void>;
  /** Stops one run, or all: sandbox killed, questions void, nothing goes on. */
  stop(run: RunId | null, by: string): Promise<Stopped>;
}

export interface Stopped {
  readonly stopped: readonly RunId[];
  readonly milliseconds: number;
  /**
   * Whether the supervisor says that the sandboxes are dead. False when it does not answer: then it has lost its lease,
   * so nothing leaves a sandbox any more, and it ends them as soon as it moves.
   */
  readonly killed: boolean;
}

export interface RunServiceParts {
  readonly store: RunStore;
  readonly approvals: Pick<ApprovalService, 'void'>;
  readonly ledger: Recorder;
  readonly timeline: Timeline;
  readonly supervisor: SupervisorClient;
  readonly registry: Pick<SupervisorRegistry, 'revoke'>;
  /** What no agent may work on. */
  readonly forbidden: ForbiddenFolders;
  readonly agents: Pick<AgentService, 'choose'>;
  /** Tells the worker that there is something to do; may fail, the worker also looks by itself. */
  readonly nudge: () => Promise<void>;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The program that works in a run in place of the built-in loop, if one does. */
function programOf(manifest: string): readonly string[] | undefined {
  const parsed = parseAgentManifest(manifest, 'the manifest of the run');
  return parsed.harness === 'command' ? parsed.command : undefined;
}

/** @throws ClawholdError `input_no_conversation`. */
function assertConverses({ name, harness }: AgentManifest): void {
  const { mind, conversation } = harness === undefined ? {} : harnessOf(harness);
  if ((mind?.conversation ?? conversation) !== undefined) return;
  throw new ClawholdError('input_no_conversation', `The agent "${name}" ends with its answer.`, {
    hint: `Give it a task: npx clawhold run "<task>" --agent ${name}`,
  });
}

export function createRunService(parts: RunServiceParts): RunService {
  const { store, approvals, ledger, timeline, supervisor, registry, agents, nudge } = parts;

  async function chooseModel(name: string | undefined): Promise<Model> {
    const { models, default: preferred } = await supervisor.listModels();
    const wanted = name ?? preferred;
    const model = models.find((candidate) => candidate.name === wanted);
    if (model !== undefined) return model;
    throw new ClawholdError('input_unknown_model', `There is no model "${wanted}".`, {
      hint: `Available: ${models.map((candidate) => candidate.name).join(', ')}`,
    });
  }

  /** A supervisor that hangs does not hold up a stop: it loses the right to let anything pass. */
  async function killSandboxes(run: RunId | null): Promise<Pick<Stopped, 'milliseconds' | 'killed'>> {
    const began = performance.now();
    try {
      const { milliseconds } = await supervisor.stop(run);
      return { milliseconds, killed: true };
    } catch (error) {
      // An answer that says why not is not silence: then nothing is called stopped.
      if (!(error instanceof ClawholdError) || error.code !== 'supervisor_not_answering') throw error;
      await registry.revoke();
      return { milliseconds: performance.now() - began, killed: false };
    }
  }

  const tellStop = (run: RunId, explanation: string | null): Promise<void> =>
    timeline.append(run, [{ key: 'stopped', body: { kind: 'state', state: 'stopped', explanation } }]);

  /** @param prepare makes what the run begins with, before anybody can see the run; it is in the ledger with it. */
  async function begin(
    { command, conversation = false, ...request }: RunRequest,
    by: string,
    prepare?: (run: RunId) => Promise<LedgerEvent>,
  ): Promise<Run> {
    if (request.task.trim() === '') throw new ClawholdError('input_empty_task', 'Say what the agent should do.');
    if (!isAbsolute(request.folder) || request.folder.includes('\0'))
      throw new ClawholdError('input_folder_not_absolute', `"${request.folder}" is not an absolute path.`);
    assertTaskFolder(request.folder, parts.forbidden);
    const { manifest, ...document } = await agents.choose(request.agent, command);
    if (conversation) assertConverses(manifest);
    const model = await chooseModel(request.model ?? manifest.model);
    const created = {
      agent: request.agent,
      manifestDigest: document.digest,
      model: model.name,
      taskDigest: sha256(request.task),
      folderDigest: sha256(request.folder),
    };
    const run = await store.create(
      {
        ...request,
        requester: by,
        manifest: document,
        model: model.name,
        scripted: model.scripted,
        isConversation: conversation,
      },
      async (id) => {
        const prepared = prepare === undefined ? [] : [await prepare(id)];
        const event = ledgerEvent('run.created', created, { actor: `person:${by}`, run: id });
        await ledger.append([event, ...prepared]);
      },
    );
    await timeline.append(run.id, [
      { key: 'created', body: { kind: 'state', state: 'queued', explanation: null } },
      ...(model.scripted
        ? [
            {
              key: 'scripted',
              body: {
                kind: 'note' as const,
                level: 'warning' as const,
                text: 'The model of this run is scripted: a rehearsal, not an intelligence.',
              },
            },
          ]
        : []),
    ]);
    await nudge().catch(() => undefined);
    return run;
  }

  return {
    async repair() {
      for (const { id, outcome } of await store.stoppedUntold()) await tellStop(id, outcome);
    },

    create: (request, by) => begin(request, by),

    async fork(parent, { from, task }, by) {
      const { task: known, folder, agent, model, session } = await store.read(parent);
      const request = {
        task: task ?? known,
        folder,
        agent,
        model,
        session,
        command: programOf(await store.manifest(parent)),
      };
      return begin(request, by, async (run) => {
        const checkpoint = await supervisor.forkRun({ run: parent, as: run, from });
        return ledgerEvent(
          'run.forked',
          { from: parent, checkpoint: checkpoint.number },
          { actor: `person:${by}`, run },
        );
      });
    },

    async update(run, progress) {
      const updated = await store.update(run, progress, (steps) =>
        ledger.append([ledgerEvent('run.ended', { state: progress.state, steps }, { actor: 'worker', run })]),
      );
      if (updated.ended !== null) await approvals.void(run);
    },

    async stop(run, by) {
      const open = await store.open();
      const targets = run === null ? open.map(({ id }) => id) : [run];
      if (run !== null) await store.read(run);
      // First the hands, then the paper: the sandbox is dead before anything is written.
      const { milliseconds, killed } = await killSandboxes(run);
      const stopped: RunId[] = [];
      try {
        for (const id of targets) {
          const explanation = `Stopped by ${by}.`;
          try {
            await store.update(id, { state: 'stopped', outcome: explanation, usage: null }, () =>
              ledger.append([ledgerEvent('run.stopped', { by }, { actor: `person:${by}`, run: id })]),
            );
          } catch (error) {
            if (error instanceof ClawholdError && error.code === 'state_run_ended' && run === null) continue;
            throw error;
          }
          stopped.push(id);
          await tellStop(id, explanation);
        }
      } finally {
        // Last: a run that has ended gets no new questions, so none is left open.
        await approvals.void(run);
      }
      return { stopped, milliseconds, killed };
    },
  };
}
