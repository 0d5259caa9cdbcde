import type { Implementation } from '@clawhold/channel';
import type { Inference } from '@clawhold/inference';
import type { ShownChange } from '@clawhold/sandbox';
import type { supervisorRoutes } from '@clawhold/spec';
import type { AgentState } from './agents/agent-state.ts';
import type { AgentSkills } from './agents/skills.ts';
import type { Checkpoints } from './checkpoints/checkpoints.ts';
import type { Forker } from './checkpoints/fork.ts';
import type { ControlUis } from './conversations/control-ui.ts';
import type { Conversations } from './conversations/conversation.ts';
import type { createMessenger } from './conversations/send-message.ts';
import type { Vault } from './credentials/vault.ts';
import type { Policies } from './deciding/policies.ts';
import type { RunFiles } from './files/run-files.ts';
import type { Lease } from './gateway/lease.ts';
import type { KeptSecrets } from './labels/kept-secrets.ts';
import type { PinBook } from './pins/tool-pins.ts';
import type { createProgramRunner } from './programs/run-program.ts';
import { closeRun, stopRuns } from './runs/end-run.ts';
import { listSandboxes } from './runs/list-sandboxes.ts';
import type { LiveRuns } from './runs/live-runs.ts';
import type { createRunOpener } from './runs/open-run.ts';
import type { createToolCaller } from './steps/call-tool.ts';
import type { Effects } from './steps/effects.ts';

export interface SupervisorParts {
  /** The supervisor's own folder. */
  readonly folder: string;
  readonly tier: string;
  readonly policies: Policies;
  readonly lease: () => Lease | undefined;
  readonly runs: LiveRuns;
  readonly openRun: ReturnType<typeof createRunOpener>;
  readonly callTool: ReturnType<typeof createToolCaller>;
  readonly runProgram: ReturnType<typeof createProgramRunner>;
  readonly files: RunFiles;
  readonly checkpoints: Checkpoints;
  readonly fork: Forker;
  readonly effects: Effects;
  readonly inference: Inference;
  readonly toolPins: PinBook;
  readonly keptSecrets: KeptSecrets;
  readonly vault: Vault;
  readonly agentState: AgentState;
  readonly controlUis: ControlUis;
  readonly agentSkills: AgentSkills;
  readonly conversations: Conversations;
  readonly sendMessage: ReturnType<typeof createMessenger>;
}

/** The supervisor's face towards worker and gateway. */
export function supervisorFace(parts: SupervisorParts): Implementation<typeof supervisorRoutes> {
  const {
    policies,
    lease,
    runs,
    openRun,
    callTool,
    runProgram,
    files,
    checkpoints,
    fork,
    effects,
    inference,
    toolPins,
    keptSecrets,
    vault,
    agentState,
    controlUis,
    agentSkills,
    conversations,
    sendMessage,
    tier,
    folder,
  } = parts;
  return {
    publishPolicy: (sources) => ({ digests: { ...policies.publish(sources) } }),
    publishGrants: (grants) => {
      policies.grant(grants);
      return {};
    },
    listModels: async () => ({ models: [...(await inference.models())], default: inference.defaultModel() }),
    listCredentials: () => ({ credentials: [...vault.list()], standing: [...vault.standing()] }),
    addCredential: ({ name, secret, ...definition }) => vault.add(name, definition, secret),
    rotateCredential: ({ name, secret }) => vault.rotate(name, secret),
    removeCredential: ({ name }) => vault.remove(name),
    listToolPins: () => ({ pins: [...toolPins.list()] }),
    readToolPin: (tool) => toolPins.read(tool),
    listSecretFiles: () => ({ files: [...keptSecrets.list()] }),
    lowerSecretFile: ({ folder: task, path }) => keptSecrets.lower(task, path),
    acceptToolPin: ({ digest, ...tool }) => toolPins.accept(tool, digest),
    forgetToolPin: async (tool) => {
      await toolPins.forget(tool);
      return {};
    },
    openSandbox: async (request) => {
      const live = await openRun(request);
      return { sandbox: live.sandboxId, attestation: { ...live.sandbox.attestation } };
    },
    callTool: (request) => callTool(request),
    runProgram,
    sendMessage,
    endConversation: ({ run }) => {
      conversations.get(run).end();
      return {};
    },
    openControlUi: ({ run, link }, { signal }) => controlUis.open(run, link, signal),
    tellControlUi: async ({ run, link, message }) => {
      await controlUis.tell(run, link, message);
      return {};
    },
    readControlUi: async ({ run, path }) => ({
      content: (await controlUis.read(run, path))?.toString('base64') ?? null,
    }),
    closeSandbox: async ({ run }) => {
      await closeRun(runs, run);
      return {};
    },
    stop: async ({ run }) => {
      const began = performance.now();
      const stopped = await stopRuns(folder, runs, run);
      return { stopped: [...stopped], milliseconds: performance.now() - began };
    },
    listSandboxes: async () => ({ sandboxes: await listSandboxes(runs) }),
    listChanges: async ({ run, ...between }) => {
      const { changes, digest } = await files.list(run, between);
      return { changes: changes.map(withoutStates), digest };
    },
    readChange: ({ run, path, ...between }) => files.read(run, path, between),
    keep: ({ run, ...choice }) => files.keep(run, choice),
    takeCheckpoint: async ({ run, name }) => (await checkpoints.take(run, { name, step: null })).checkpoint,
    listCheckpoints: async ({ run }) => ({ checkpoints: [...(await checkpoints.list(run))] }),
    restoreCheckpoint: async ({ run, to }) => checkpoints.restore(run, to),
    forkRun: ({ run, as, from }) => fork(run, as, from),
    discard: async ({ run }) => {
      await files.discard(run);
      return {};
    },
    listAgentChanges: async ({ agent }) => ({ changes: [...(await agentState.changes(agent))] }),
    undoAgentChange: ({ agent }) => agentState.undo(agent),
    listAgentSnapshots: async ({ agent }) => ({ snapshots: [...(await agentState.snapshots(agent))] }),
    takeAgentSnapshot: ({ agent, why }) => agentState.snapshot(agent, why),
    restoreAgentSnapshot: ({ agent, snapshot }) => agentState.restore(agent, snapshot),
    listAgentSkills: async ({ agent }) => ({ skills: [...(await agentSkills.list(agent))] }),
    readAgentSkill: ({ agent, skill }) => agentSkills.read(agent, skill),
    releaseAgentSkill: ({ agent, skill, digest }) => agentSkills.release(agent, skill, digest),
    holdAgentSkill: ({ agent, skill }) => agentSkills.hold(agent, skill),
    undo: async ({ run }) => ({ ...(await files.undo(run)), remaining: [...(await effects.remaining(run))] }),
    status: () => {
      const [policy] = Object.values(policies.digests());
      return {
        epoch: lease()?.registration()?.epoch ?? null,
        tier,
        sandboxes: runs.all().length,
        policy: policy ?? null,
      };
    },
  };
}

/** What the disk held at that moment is for the keep itself. */
function withoutStates({ states: _states, ...change }: ShownChange): Omit<ShownChange, 'states'> {
  return change;
}
