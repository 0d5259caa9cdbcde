import { randomBytes } from 'node:crypto';
import { actionDigest } from '@clawhold/approvals';
import type { Decided } from '@clawhold/egress';
import { approversOf } from '@clawhold/policy';
import { type ApprovalId, formatId, idEntropyBytes, type RunId } from '@clawhold/spec';
import type { Gateway } from '../gateway/gateway.ts';
import type { LiveRun } from '../runs/live-run.ts';
import type { ActionMaker } from '../steps/action.ts';
import { awaitAnswer } from '../steps/await-answer.ts';

/**
 * Requests of programs in a sandbox that need a person. Nobody holds a socket open for an answer: the program gets 403
 * and the id of the question, and when a person said yes, the very same request goes through, once.
 */
export interface RequestApprovals {
  /** Puts a request before a person; null when it cannot be identified by a digest. */
  put(run: LiveRun, decided: AskedRequest): Promise<ApprovalId | null>;
  /** The same, and waits for the answer while the sandboxes of the run stand still: for requests whose program can wait. */
  ask(run: LiveRun, decided: AskedRequest): Promise<void>;
  /** Turns a yes for the request with this digest into its grant; false when there is none. */
  redeem(run: LiveRun, request: string | undefined): Promise<boolean>;
  forget(run: RunId): void;
}

/** A request that needs a person. */
type AskedRequest = Pick<Decided, 'question' | 'decision'> & Partial<Pick<Decided, 'address'>>;

interface OpenQuestion {
  readonly approval: ApprovalId;
  readonly digest: string;
}

export function createRequestApprovals(
  gateway: Pick<Gateway, 'requestApproval' | 'readApproval' | 'awaitApproval' | 'consumeApproval'>,
  actions: ActionMaker,
): RequestApprovals {
  const open = new Map<RunId, Map<string, OpenQuestion>>();

  async function put(run: LiveRun, { question, decision, address }: AskedRequest): Promise<ApprovalId | null> {
    const request = question.action;
    if (request === undefined || question.operation === undefined) return null;
    const known = open.get(run.id)?.get(request);
    if (known !== undefined) return known.approval;
    const action = await actions.forRequest(run, {
      // Each question is a step of its own: several of one command may wait at the same time.
      step: formatId('step', randomBytes(idEntropyBytes)),
      question,
      request,
      address: address ?? `${question.host}:${question.port}`,
      policy: decision.policy,
    });
    const digest = actionDigest(action);
    const terms = { reasons: [...decision.reasons], approvers: approversOf(decision) };
    const { id } = await gateway.requestApproval({ action, digest, ...terms });
    const ofRun = open.get(run.id) ?? new Map<string, OpenQuestion>();
    open.set(run.id, ofRun.set(request, { approval: id, digest }));
    return id;
  }

  return {
    put,
    async ask(run, asked) {
      const approval = await put(run, asked);
      if (approval === null) return;
      await run.frost.begin(approval);
      try {
        await awaitAnswer(gateway, run, approval);
      } finally {
        await run.frost.end(approval);
      }
    },

    async redeem(run, request) {
      const ofRun = open.get(run.id);
      const question = request === undefined ? undefined : ofRun?.get(request);
      if (request === undefined || ofRun === undefined || question === undefined) return false;
      const { state } = await gateway.readApproval({ approval: question.approval });
      if (state === 'pending') return false;
      ofRun.delete(request);
      if (ofRun.size === 0) open.delete(run.id);
      if (state !== 'approved') return false;
      const grant = await gateway.consumeApproval(question);
      run.usage.addGrant({ ...grant, action: request });
      return true;
    },

    forget: (run) => void open.delete(run),
  };
}
