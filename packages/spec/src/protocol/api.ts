import { z } from 'zod';
import { canonicalActionSchema } from '../action.ts';
import { approvalSchema } from '../approval.ts';
import { approversSchema, digestSchema, grantSchema, reasonSchema } from '../decision.ts';
import { ledgerEventSchema } from '../event.ts';
import { id } from '../ids.ts';
import { networkPolicySchema } from '../policy/endpoint.ts';
import { proposalSchema } from '../proposal.ts';
import { runSchema, runStates } from '../run.ts';
import { timelineBodySchema } from '../timeline.ts';
import { unknownStepSchema } from '../unknown-step.ts';
import { grantsInForceSchema, policySourcesSchema } from './policy-sources.ts';
import { route } from './route.ts';

const nothing = z.object({});

/** What the gateway's api process offers to the other processes, over a channel and never over TCP. */
export const apiRoutes = {
  /** A supervisor registers and gets the policy in force. An older epoch of the same supervisor is dead from then on. */
  registerSupervisor: route({
    method: 'POST',
    path: '/supervisors',
    /** `attestationKey`: the public key of what it says about its sandboxes (SPKI, DER, base64). */
    request: z.object({ name: z.string(), tier: z.string(), attestationKey: z.string() }),
    response: z.object({
      epoch: z.number().int(),
      install: id('install'),
      policy: policySourcesSchema,
      grants: grantsInForceSchema,
    }),
    peers: ['supervisor'],
  }),
  /** Renews the lease; 409 when another epoch took over. */
  renewLease: route({
    method: 'POST',
    path: '/supervisors/:epoch/lease',
    request: z.object({ epoch: z.coerce.number().int() }),
    response: nothing,
    peers: ['supervisor'],
  }),
  /** Answers when every event is durable in the ledger. */
  appendEvents: route({
    method: 'POST',
    path: '/ledger',
    request: z.object({ events: z.array(ledgerEventSchema) }),
    response: z.object({ recorded: z.number().int() }),
    peers: ['supervisor', 'worker'],
  }),
  /**
   * Adds entries to what a person sees of a run. With a `key`, unique in its run, a second call changes nothing: a
   * workflow that goes on after a crash may say the same thing again.
   */
  appendTimeline: route({
    method: 'POST',
    path: '/runs/:run/timeline',
    request: z.object({ run: id('run'), bodies: z.array(timelineBodySchema), key: z.string().max(200).optional() }),
    response: nothing,
    peers: ['supervisor', 'worker'],
  }),
  /**
   * Shows a piece of what a model is writing to whoever watches; never stored. `from` is where it stands in the turn's
   * text. The answer says how much is known now.
   */
  showDraft: route({
    method: 'POST',
    path: '/runs/:run/draft',
    request: z.object({
      run: id('run'),
      turn: id('turn'),
      agent: z.string(),
      from: z.number().int().min(0),
      text: z.string(),
    }),
    response: z.object({ length: z.number().int() }),
    peers: ['worker', 'supervisor'],
  }),
  /** Puts a question to a person. Asking again for the same step finds the same approval while it is pending. */
  requestApproval: route({
    method: 'POST',
    path: '/approvals',
    request: z.object({
      action: canonicalActionSchema,
      digest: digestSchema,
      reasons: z.array(reasonSchema),
      approvers: approversSchema,
    }),
    response: approvalSchema,
    peers: ['supervisor'],
  }),
  /**
   * Puts a rule that an agent asked for before people. The same rule of the same run is the same proposal. 429 when the
   * run, or its agent, has too many open ones.
   */
  makeProposal: route({
    method: 'POST',
    path: '/runs/:run/proposals',
    request: z.object({
      run: id('run'),
      agent: z.string(),
      policy: networkPolicySchema,
      tried: z.array(z.string()),
      why: z.string(),
      /** Something about the run wants a person, whatever can be proved. */
      isFlagged: z.boolean(),
    }),
    response: proposalSchema,
    peers: ['supervisor'],
  }),
  /** What this run asked for, newest first. */
  listRunProposals: route({
    method: 'GET',
    path: '/runs/:run/proposals',
    request: z.object({ run: id('run') }),
    response: z.object({ proposals: z.array(proposalSchema) }),
    peers: ['supervisor'],
  }),
  /** What this run asked for, once it is no longer open or after `seconds`; 404 when another run asked for it. */
  awaitProposal: route({
    method: 'GET',
    path: '/runs/:run/proposals/:proposal',
    request: z.object({ run: id('run'), proposal: id('proposal'), seconds: z.coerce.number().min(0).max(20) }),
    response: proposalSchema,
    peers: ['supervisor'],
  }),
  /** Turns an approved approval into its one grant, durably, once; 409 in every other state or for another digest. */
  consumeApproval: route({
    method: 'POST',
    path: '/approvals/:approval/consume',
    request: z.object({ approval: id('approval'), digest: digestSchema }),
    response: grantSchema,
    peers: ['supervisor'],
  }),
  readApproval: route({
    method: 'GET',
    path: '/approvals/:approval',
    request: z.object({ approval: id('approval') }),
    response: approvalSchema,
    peers: ['supervisor', 'worker'],
  }),
  /** Answers as soon as the approval is no longer pending, or with the pending one after 20 seconds. */
  awaitApproval: route({
    method: 'GET',
    path: '/approvals/:approval/end',
    request: z.object({ approval: id('approval') }),
    response: approvalSchema,
    peers: ['supervisor', 'worker'],
  }),
  /**
   * Puts a step whose result was lost before people; saying it again changes nothing. 409 when the run has ended: then
   * nobody waits for the answer.
   */
  reportUnknownStep: route({
    method: 'POST',
    path: '/runs/:run/steps/:step/unknown',
    request: unknownStepSchema.pick({ run: true, step: true, tool: true, summary: true, explanation: true }),
    response: unknownStepSchema,
    peers: ['worker'],
  }),
  /** Answers as soon as the step is no longer open, or with the open one after 20 seconds. */
  awaitVerdict: route({
    method: 'GET',
    path: '/runs/:run/steps/:step/verdict',
    request: unknownStepSchema.pick({ run: true, step: true }),
    response: unknownStepSchema,
    peers: ['worker'],
  }),
  /** Runs that a worker must be working on: queued, running, waiting. */
  listOpenRuns: route({
    method: 'GET',
    path: '/runs/open',
    request: nothing,
    response: z.object({ runs: z.array(runSchema) }),
    peers: ['worker'],
  }),
  readRun: route({
    method: 'GET',
    path: '/runs/:run',
    request: z.object({ run: id('run') }),
    response: runSchema,
    peers: ['worker', 'supervisor'],
  }),
  /** The manifest that the run was begun with, as text: the same for ever, whatever becomes of the file. */
  readManifest: route({
    method: 'GET',
    path: '/runs/:run/manifest',
    request: z.object({ run: id('run') }),
    response: z.object({ text: z.string() }),
    peers: ['supervisor', 'worker'],
  }),
  /** Moves a run on. 409 when it has ended already: then the worker stops. */
  updateRun: route({
    method: 'POST',
    path: '/runs/:run/state',
    request: z.object({
      run: id('run'),
      state: z.enum(runStates),
      outcome: z.string().nullable(),
      usage: runSchema.shape.usage.nullable(),
      /** Of a run that is `finished` now. */
      selfCheck: runSchema.shape.selfCheck.default(null),
    }),
    response: nothing,
    peers: ['worker'],
  }),
  /** Earlier runs of the same session, oldest first, with the blobs of their conversations. */
  readSession: route({
    method: 'GET',
    path: '/sessions/:session',
    request: z.object({ session: id('session') }),
    response: z.object({ runs: z.array(z.object({ run: runSchema, conversation: id('blob').nullable() })) }),
    peers: ['worker'],
  }),
  saveConversation: route({
    method: 'PUT',
    path: '/runs/:run/conversation',
    request: z.object({ run: id('run'), blob: id('blob') }),
    response: nothing,
    peers: ['worker'],
  }),
  /** Encrypts and stores content; ledger and workflow journal hold only the id. */
  writeBlob: route({
    method: 'POST',
    path: '/blobs',
    request: z.object({ run: id('run'), text: z.string() }),
    response: z.object({ blob: id('blob') }),
    peers: ['worker', 'supervisor'],
  }),
  readBlob: route({
    method: 'GET',
    path: '/blobs/:blob',
    request: z.object({ blob: id('blob') }),
    response: z.object({ text: z.string() }),
    peers: ['worker', 'supervisor'],
  }),
  /**
   * Takes `amount` from a counter, never beyond `limit`. With `seconds` only what was taken in the last so many counts, and
   * the answer says in how many milliseconds some of it no longer does.
   */
  reserve: route({
    method: 'POST',
    path: '/counters/reserve',
    request: z.object({
      counter: z.string(),
      amount: z.number().positive(),
      limit: z.number(),
      seconds: z.number().int().positive().optional(),
    }),
    response: z.object({ granted: z.boolean(), spent: z.number(), clearsIn: z.number().nonnegative().optional() }),
    peers: ['supervisor'],
  }),
} as const;

/** What the worker offers to the api process. */
export const workerRoutes = {
  /** There may be new runs: look at `listOpenRuns`. Losing this call loses nothing, the worker also looks by itself. */
  nudge: route({ method: 'POST', path: '/nudge', request: nothing, response: nothing, peers: ['api'] }),
} as const;
