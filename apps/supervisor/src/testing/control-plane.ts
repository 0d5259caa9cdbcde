import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ChannelServer, listenChannel, serveRoutes } from '@clawhold/channel';
import {
  type Approval,
  type ApprovalId,
  apiRoutes,
  ClawholdError,
  formatId,
  idEntropyBytes,
  type LedgerEvent,
  type Proposal,
  type TimelineBody,
} from '@clawhold/spec';
import { memoryCounters } from '../deciding/testing/counters.ts';

const nextLook = (): Promise<void> => sleep(20);
const fresh = (): Uint8Array => randomBytes(idEntropyBytes);
const { registerSupervisor, renewLease, appendEvents, appendTimeline, showDraft, requestApproval } = apiRoutes;
const { consumeApproval, readApproval, awaitApproval, writeBlob, readBlob, reserve } = apiRoutes;
const { makeProposal, listRunProposals, awaitProposal, readRun, readManifest } = apiRoutes;
/** What a supervisor asks of its control plane. */
const routes = {
  registerSupervisor,
  renewLease,
  appendEvents,
  appendTimeline,
  showDraft,
  requestApproval,
  consumeApproval,
  readApproval,
  awaitApproval,
  readRun,
  readManifest,
  makeProposal,
  listRunProposals,
  awaitProposal,
  writeBlob,
  readBlob,
  reserve,
} as const;

/** A control plane in memory, over a real channel, that a test can look into and break. */
export interface ControlPlane {
  readonly events: readonly LedgerEvent[];
  readonly timeline: readonly TimelineBody[];
  readonly approvals: ReadonlyMap<ApprovalId, Approval>;
  /** @param rest what the gateway says of it besides. */
  answer(
    approval: ApprovalId,
    state: 'pending' | 'approved' | 'denied' | 'expired',
    rest?: Partial<Pick<Approval, 'agreed' | 'approvers'>>,
  ): void;
  readonly proposals: Proposal[];
  /** What the supervisor told when it registered. */
  attestationKey: string;
  /** What it says of runs that are a program's. */
  program: {
    readonly manifest: string;
    readonly task: string;
    readonly model: string;
    readonly conversation: boolean;
  };
  /** While true the ledger takes nothing. */
  ledgerIsFull: boolean;
  readonly server: ChannelServer;
}

export interface ControlPlaneOptions {
  readonly socket: string;
  readonly key: string;
  readonly policy: { readonly ceiling: string; readonly agents: Readonly<Record<string, string>> };
}

export async function startControlPlane({ socket, key, policy }: ControlPlaneOptions): Promise<ControlPlane> {
  const events: LedgerEvent[] = [];
  const timeline: TimelineBody[] = [];
  const approvals = new Map<ApprovalId, Approval>();
  const proposals: Proposal[] = [];
  const blobs = new Map<string, string>();
  const counters = memoryCounters();
  const install = formatId('install', fresh());

  function find(approval: ApprovalId): Approval {
    const found = approvals.get(approval);
    if (found === undefined) throw new ClawholdError('state_approval', 'There is no such question.');
    return found;
  }

  const handler = serveRoutes(routes, {
    registerSupervisor: ({ attestationKey }) => {
      plane.attestationKey = attestationKey;
      return {
        epoch: 1,
        install,
        policy: { ceiling: policy.ceiling, agents: { ...policy.agents } },
        grants: { revision: 1, rules: [] },
      };
    },
    renewLease: () => ({}),
    appendEvents: (input) => {
      if (plane.ledgerIsFull) throw new ClawholdError('database_unavailable', 'The disk of the ledger is full.');
      events.push(...input.events);
      return { recorded: input.events.length };
    },
    appendTimeline: ({ bodies }) => {
      timeline.push(...bodies);
      return {};
    },
    showDraft: ({ from, text }) => ({ length: from + text.length }),
    requestApproval: ({ action, digest, reasons, approvers }) => {
      const approval: Approval = {
        id: formatId('approval', fresh()),
        run: action.run,
        step: action.step,
        state: 'pending',
        action,
        digest,
        reasons,
        approvers,
        requester: 'operator',
        agreed: [],
        requested: new Date().toISOString(),
        expires: action.expires,
        decided: null,
        decidedBy: null,
      };
      approvals.set(approval.id, approval);
      return approval;
    },
    consumeApproval: ({ approval, digest }) => {
      const found = find(approval);
      if (found.state !== 'approved' || found.digest !== digest)
        throw new ClawholdError('state_approval', 'The question was not answered with yes, or used before.');
      approvals.set(approval, { ...found, state: 'consumed' });
      const { expires, approvers } = found;
      return { id: formatId('grant', fresh()), approval, action: digest, expires, approvers };
    },
    readApproval: ({ approval }) => find(approval),
    awaitApproval: async ({ approval }) => {
      while (find(approval).state === 'pending') await nextLook();
      return find(approval);
    },
    readRun: ({ run }) => ({
      id: run,
      session: formatId('session', fresh()),
      task: plane.program.task,
      folder: '/srv/task',
      agent: 'worker',
      model: plane.program.model,
      scripted: false,
      conversation: plane.program.conversation,
      state: 'running' as const,
      files: 'open' as const,
      outcome: null,
      selfCheck: null,
      created: new Date().toISOString(),
      ended: null,
      usage: { turns: 0, inputTokens: 0, outputTokens: 0 },
    }),
    readManifest: () => ({ text: plane.program.manifest }),
    makeProposal: ({ run, agent, policy: rule, tried, why, isFlagged }) => {
      const now = new Date().toISOString();
      const proposal: Proposal = {
        id: formatId('proposal', fresh()),
        kind: 'asked',
        state: 'open',
        agent,
        policy: rule,
        digest: '0'.repeat(64),
        tried,
        count: 1,
        runs: [run],
        opens: [],
        limits: [],
        why: isFlagged ? `flagged: ${why}` : why,
        made: now,
        latest: now,
        expires: now,
        decided: null,
        decidedBy: null,
        grant: null,
        proof: null,
      };
      proposals.push(proposal);
      return proposal;
    },
    listRunProposals: ({ run }) => ({ proposals: proposals.filter(({ runs }) => runs.includes(run)) }),
    awaitProposal: ({ run, proposal }) => {
      const found = proposals.find(({ id, runs }) => id === proposal && runs.includes(run));
      if (found !== undefined) return found;
      throw new ClawholdError('state_no_such_proposal', 'There is no such proposal.', { status: 404 });
    },
    writeBlob: ({ text }) => {
      const blob = formatId('blob', fresh());
      blobs.set(blob, text);
      return { blob };
    },
    readBlob: ({ blob }) => ({ text: blobs.get(blob) ?? '' }),
    reserve: (taking) => counters.reserve(taking),
  });
  const server = await listenChannel({ path: socket, peers: { supervisor: key }, handler });
  const plane: ControlPlane = {
    events,
    timeline,
    approvals,
    answer: (approval, state, rest) => void approvals.set(approval, { ...find(approval), state, ...rest }),
    proposals,
    attestationKey: '',
    program: { manifest: 'name: worker', task: 'Pay the invoices.', model: 'near/m', conversation: false },
    ledgerIsFull: false,
    server,
  };
  return plane;
}
