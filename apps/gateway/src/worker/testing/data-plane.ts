import type { Implementation } from '@clawhold/channel';
import {
  type Approval,
  ClawholdError,
  type FileChange,
  type RunId,
  type StepId,
  type StepOutcome,
  type supervisorRoutes,
  type ToolCall,
} from '@clawhold/spec';
import { type ControlPlane, newId } from './control-plane.ts';

export interface CallScene {
  readonly run: RunId;
  readonly step: StepId;
  readonly call: ToolCall;
  readonly approval: string | undefined;
}

/** What a tool does in a test; `ask` puts a question first. */
export type Tool = (scene: CallScene) => string | 'ask' | Promise<string>;

/**
 * The supervisor as a worker sees it: it journals each step before the effect and answers a second attempt from that
 * journal, as the real one promises.
 */
export class DataPlane {
  readonly #plane: ControlPlane;
  /** Effects that really happened, in order: the thing that must never be there twice. */
  readonly effects: CallScene[] = [];
  /** Every attempt, repeated ones included. */
  readonly attempts: StepId[] = [];
  readonly authorities: (readonly string[] | undefined)[] = [];
  readonly opened: RunId[] = [];
  readonly closed: RunId[] = [];
  changes: FileChange[] = [];
  /** What a program does before it ends. */
  programStates: ('running' | 'waiting')[] = [];
  tools: Readonly<Record<string, Tool>> = {};
  readonly #journal = new Map<StepId, StepOutcome | 'begun'>();

  constructor(plane: ControlPlane) {
    this.#plane = plane;
  }

  /** As after a crash of the supervisor in the middle of this step. */
  forgetOutcome(step: StepId): void {
    this.#journal.set(step, 'begun');
  }

  routes(): Implementation<typeof supervisorRoutes> {
    return {
      ...unused,
      listModels: () => ({
        models: [
          {
            name: 'test/scripted',
            provider: 'test',
            locality: 'local',
            scripted: true,
            found: 'rehearsal',
            contextTokens: 32_000,
          },
        ],
        default: 'test/scripted',
      }),
      openSandbox: async ({ run }) => {
        this.opened.push(run);
        return { sandbox: newId('sandbox'), attestation: {} };
      },
      callTool: (scene) => this.#call({ ...scene, approval: scene.approval }, scene.authority),
      runProgram: async ({ run, step, approval, known }) => {
        const state = this.programStates.shift() ?? known;
        if (state !== known) return { state };
        const call = { id: 'program', tool: 'program', arguments: {} };
        return { state: 'over', outcome: await this.#call({ run, step, call, approval }, undefined) };
      },
      closeSandbox: ({ run }) => {
        this.closed.push(run);
        return {};
      },
      listChanges: () => ({ changes: this.changes, digest: '' }),
      stop: ({ run }) => ({ stopped: run === undefined ? [] : [run], milliseconds: 0 }),
    };
  }

  async #call(scene: CallScene, authority: readonly string[] | undefined): Promise<StepOutcome> {
    const { step, call } = scene;
    this.attempts.push(step);
    this.authorities.push(authority);
    const known = this.#journal.get(step);
    if (known === 'begun') return { kind: 'unknown', explanation: 'the supervisor died while it ran.' };
    const answered = known?.kind === 'ask' && scene.approval !== undefined;
    if (known !== undefined && !answered) return known;
    const tool = this.tools[call.tool];
    if (tool === undefined) throw new ClawholdError('input_unknown_tool', `There is no tool ${call.tool}.`);
    const output = await tool(scene);
    if (output === 'ask' && scene.approval === undefined) {
      const outcome: StepOutcome = { kind: 'ask', approval: this.#ask(scene) };
      this.#journal.set(step, outcome);
      return outcome;
    }
    this.effects.push(scene);
    const label = { integrity: 'local', confidentiality: 'internal', readers: null, sources: [] } as const;
    const outcome: StepOutcome = { kind: 'done', ok: true, output, label: { ...label, sources: [] }, milliseconds: 1 };
    this.#journal.set(step, outcome);
    return outcome;
  }

  #ask({ run, step, call }: CallScene): Approval {
    const expires = new Date(Date.now() + 60_000).toISOString();
    const approval: Approval = {
      id: newId('approval'),
      run,
      step,
      state: 'pending',
      digest: '0'.repeat(64),
      reasons: [{ code: 'rule', text: 'A person has to agree.' }],
      approvers: { count: 1, excludeRequester: false },
      requester: 'operator',
      agreed: [],
      requested: new Date().toISOString(),
      expires,
      decided: null,
      decidedBy: null,
      action: {
        version: 1,
        install: newId('install'),
        run,
        step,
        nonce: '0'.repeat(32),
        tool: call.tool,
        arguments: call.arguments,
        effect: 'irreversible',
        inverse: { kind: 'none' },
        command: null,
        request: null,
        policy: '0'.repeat(64),
        checkpoint: '',
        expires,
      },
    };
    this.#plane.approvals.set(approval.id, approval);
    return approval;
  }
}

/** Routes that a worker must never call. */
const refuse = (): never => {
  throw new ClawholdError('auth_peer', 'A worker has no business here.');
};
const unused = {
  publishPolicy: refuse,
  publishGrants: refuse,
  listCredentials: refuse,
  listToolPins: refuse,
  readToolPin: refuse,
  acceptToolPin: refuse,
  listSandboxes: refuse,
  listAgentChanges: refuse,
  undoAgentChange: refuse,
  listAgentSnapshots: refuse,
  takeAgentSnapshot: refuse,
  restoreAgentSnapshot: refuse,
  listAgentSkills: refuse,
  readAgentSkill: refuse,
  releaseAgentSkill: refuse,
  holdAgentSkill: refuse,
  sendMessage: refuse,
  endConversation: refuse,
  openControlUi: refuse,
  tellControlUi: refuse,
  readControlUi: refuse,
  listSecretFiles: refuse,
  lowerSecretFile: refuse,
  forgetToolPin: refuse,
  addCredential: refuse,
  rotateCredential: refuse,
  removeCredential: refuse,
  readChange: refuse,
  keep: refuse,
  discard: refuse,
  takeCheckpoint: refuse,
  listCheckpoints: refuse,
  restoreCheckpoint: refuse,
  forkRun: refuse,
  undo: refuse,
  status: refuse,
};
