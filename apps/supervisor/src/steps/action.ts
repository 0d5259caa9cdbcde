import { randomBytes } from 'node:crypto';
import {
  type CanonicalAction,
  ClawholdError,
  type EgressQuestion,
  type InstallId,
  type Inverse,
  limits,
  type StepId,
  type ToolCall,
  type ToolQuestion,
} from '@clawhold/spec';
import type { PreparedCall } from '@clawhold/tools';
import type { Policies } from '../deciding/policies.ts';
import type { RunFiles } from '../files/run-files.ts';
import type { LiveRun } from '../runs/live-run.ts';
import type { RequestQuestion } from './call-question.ts';

/** What makes a question to a person unique; taken over from the question when it is answered. */
export interface Occasion {
  readonly nonce: string;
  readonly expires: string;
}

export interface CallAction {
  readonly step: StepId;
  readonly call: ToolCall;
  readonly prepared: PreparedCall;
  readonly request: RequestQuestion | null;
  readonly policy: string;
  readonly occasion: Occasion;
}

export interface ProposalAction {
  readonly step: StepId;
  /** As it was proposed. */
  readonly call: ToolCall;
  readonly question: ToolQuestion;
  readonly policy: string;
  readonly occasion: Occasion;
}

export interface RequestAction {
  readonly step: StepId;
  readonly question: EgressQuestion;
  readonly request: string;
  readonly address: string;
  readonly policy: string;
}

/** Writes what is about to happen as the canonical action, always from what will really be run or sent. */
export interface ActionMaker {
  newOccasion(run: LiveRun): Occasion;
  forCall(run: LiveRun, action: CallAction): Promise<CanonicalAction>;
  /** A call that a third-party agent carries out itself, in its own way, once it sees it. */
  forProposal(run: LiveRun, action: ProposalAction): Promise<CanonicalAction>;
  /** A request that a program in the sandbox wants to send. */
  forRequest(run: LiveRun, action: RequestAction): Promise<CanonicalAction>;
}

export interface ActionMakerParts {
  readonly install: () => InstallId | undefined;
  readonly policies: Policies;
  readonly files: Pick<RunFiles, 'list'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A body up to this size is shown to the person as it is. */
const shownBodyBytes = 16 * 1024;

export function createActionMaker({ install, policies, files, now }: ActionMakerParts): ActionMaker {
  function newOccasion(run: LiveRun): Occasion {
    const seconds = policies.of(run.agent).approvalSeconds ?? limits.approvalSeconds;
    return {
      nonce: randomBytes(16).toString('hex'),
      expires: new Date(now() + seconds * 1_000).toISOString(),
    };
  }

  async function common(run: LiveRun, step: StepId, policy: string) {
    const installation = install();
    if (installation === undefined)
      throw new ClawholdError('supervisor_not_registered', 'The supervisor has no connection to the gateway.');
    const { digest: checkpoint } = await files.list(run.id);
    return { version: 1, install: installation, run: run.id, step, policy, checkpoint } as const;
  }

  return {
    newOccasion,

    async forCall(run, { step, call, prepared, request, policy, occasion }) {
      const { nonce, expires } = occasion;
      const inverse: Inverse = request?.inverse ?? prepared.inverse;
      return {
        ...(await common(run, step, policy)),
        nonce,
        expires,
        tool: prepared.tool,
        arguments: call.arguments,
        effect: inverse.kind === 'call' ? 'compensable' : prepared.effect,
        inverse,
        command: [...prepared.command.arguments],
        request:
          request === null || prepared.request === null
            ? null
            : {
                method: prepared.request.method,
                url: request.url,
                headers: prepared.request.headers.map(([name, value]) => [name, value]),
                bodyDigest: request.bodyDigest,
                body: shownBody(prepared.request.body),
                address: `${request.question.host}:${request.question.port}`,
              },
      };
    },

    async forProposal(run, { step, call, question, policy, occasion }) {
      return {
        ...(await common(run, step, policy)),
        ...occasion,
        tool: question.tool,
        arguments: call.arguments,
        effect: question.effect,
        inverse: question.effect === 'reversible' ? { kind: 'checkpoint' } : { kind: 'none' },
        command: null,
        request: null,
      };
    },

    async forRequest(run, { step, question, request, address, policy }) {
      const { method = '', path = '', query = '', parameters = [] } = question.operation ?? {};
      return {
        ...(await common(run, step, policy)),
        ...newOccasion(run),
        tool: 'sandbox.request',
        arguments: { ...Object.fromEntries(parameters.map(({ name, value }) => [name, value])), ...called(question) },
        effect: 'irreversible',
        inverse: { kind: 'none' },
        command: null,
        request: {
          method,
          url: `${question.scheme}://${question.host}:${question.port}${path}${query === '' ? '' : `?${query}`}`,
          headers: [],
          // Stands for method, URL, headers and body together: the proxy sends only what has this digest.
          bodyDigest: request,
          body: null,
          address,
        },
      };
    },
  };
}

/** What of an MCP server is called: a person sees it, and not only the digest of the request. */
function called({ operation }: EgressQuestion): Readonly<Record<string, unknown>> {
  const message = operation?.message;
  if (message?.protocol !== 'mcp') return {};
  return {
    method: message.method,
    ...(message.tool === null ? {} : { tool: message.tool }),
    arguments: message.arguments,
  };
}

function shownBody(body: string | null): string | null {
  return body !== null && Buffer.byteLength(body) <= shownBodyBytes ? body : null;
}
