import { z } from 'zod';
import { sideRoleSchema } from './attested-sandbox.ts';
import { withdrawnCredentialSchema } from './credential.ts';
import { decisionSchema, digestSchema, questionSchema } from './decision.ts';
import { id } from './ids.ts';
import { networkPolicySchema } from './policy/endpoint.ts';
import { proposalKinds } from './proposal.ts';
import { secretFileNameSchema } from './secret-file.ts';
import { verdicts } from './unknown-step.ts';

/**
 * The events of the ledger: `noun.verb` in the past tense, each with the shape of its body. Bodies hold references and
 * digests, never prompts, file contents, request bodies or secrets.
 */
export const eventBodies = {
  'install.started': z.object({ version: z.string(), tier: z.string() }),
  'install.stopped': z.object({}),
  'ledger.cut': z.object({ headSize: z.number().int(), found: z.number().int(), reason: z.string().optional() }),
  'person.signed_in': z.object({ method: z.enum(['token', 'code']) }),
  /** Somebody got a token of their own, or lost it with everything that they had agreed to and that was still open. */
  'person.added': z.object({ name: z.string(), by: z.string() }),
  'person.removed': z.object({ name: z.string(), by: z.string() }),
  'policy.published': z.object({ name: z.string(), digest: digestSchema }),
  /** `reason` names the first file, line and what is wrong there. */
  'policy.refused': z.object({ name: z.string(), reason: z.string() }),
  /** A person gave a secret, for the first time or anew; it is stored after this. What it is stays in the supervisor's store. */
  'credential.written': z.object({ name: z.string(), source: z.string(), hosts: z.array(z.string()), by: z.string() }),
  'credential.removed': z.object({ name: z.string(), by: z.string() }),
  /** What its record before this one says was refused: nothing was stored or removed. */
  'credential.unchanged': z.object({ name: z.string(), code: z.string(), by: z.string() }),
  /** Its tokens were given up: `revoked` ended at the provider, `standing` are accepted there `until` they end. */
  'credential.withdrawn': withdrawnCredentialSchema.extend({
    name: z.string(),
    cause: z.enum(['run_ended', 'rotated', 'removed']),
  }),
  /** Filled in for a placeholder, before the request left. */
  'credential.used': z.object({ name: z.string(), place: z.string(), host: z.string(), method: z.string() }),
  /** An operator accepted a description of an MCP tool; null when there was none before. */
  'tool_description.accepted': z.object({
    endpoint: z.string(),
    tool: z.string(),
    digest: digestSchema,
    before: digestSchema.nullable(),
    by: z.string(),
  }),
  /** A person said that a file which a run had written with secret data is not secret any more. */
  'label.lowered': secretFileNameSchema.extend({ run: id('run'), by: z.string() }),
  /** An operator let an installation forget what it knew of an MCP tool: its next description is the first again. */
  'tool_description.forgotten': z.object({
    endpoint: z.string(),
    tool: z.string(),
    pinned: digestSchema.nullable(),
    waiting: digestSchema.nullable(),
    by: z.string(),
  }),
  'run.created': z.object({
    agent: z.string(),
    /** Of the agent's manifest as the run took it along. */
    manifestDigest: digestSchema,
    model: z.string(),
    taskDigest: digestSchema,
    folderDigest: digestSchema,
  }),
  /** A person said more to a run that is a conversation. */
  'message.sent': z.object({ turn: id('turn'), digest: digestSchema, by: z.string() }),
  /** A person opened the page that the agent of a conversation brings. */
  'control_ui.opened': z.object({ agent: z.string(), by: z.string() }),
  /** Something that came from such a page was refused; the same once for each session, and few things of one. */
  'control_ui.refused': z.object({ agent: z.string(), by: z.string(), what: z.string() }),
  /** It begins with the files of another run, as they were at a checkpoint of that. */
  'run.forked': z.object({ from: id('run'), checkpoint: z.number().int() }),
  'run.ended': z.object({ state: z.string(), steps: z.number().int() }),
  'run.stopped': z.object({ by: z.string() }),
  /** Signed by the supervisor with the key that it told when it registered; see `attestedSandboxSchema`. */
  'sandbox.started': z.object({
    sandbox: id('sandbox'),
    attestation: z.record(z.string(), z.unknown()),
    signature: z.string(),
    /** Another sandbox beside the run's own: the one in which an agent that is split thinks, or that of the browser or of an MCP server. */
    beside: sideRoleSchema.optional(),
  }),
  'sandbox.refused': z.object({ code: z.string(), probe: z.string().nullable() }),
  'sandbox.ended': z.object({ sandbox: id('sandbox'), reason: z.string() }),
  'decision.made': z.object({ question: questionSchema, decision: decisionSchema, step: id('step').nullable() }),
  'egress.summarised': z.object({ allowed: z.number().int(), bytes: z.number().int(), since: z.iso.datetime() }),
  /** A model answered, for the loop or for a program in a sandbox; `estimated` when its provider did not count. */
  'model.used': z.object({
    model: z.string(),
    inputTokens: z.number().int(),
    outputTokens: z.number().int(),
    estimated: z.boolean(),
  }),
  /** `checkpoint` is the number of the one that holds the files as they were before it; null when there is none, as in records of earlier versions. */
  'step.intended': z.object({
    step: id('step'),
    tool: z.string(),
    effect: z.string(),
    argumentsDigest: digestSchema,
    checkpoint: z.number().int().nullable().optional(),
  }),
  'step.ended': z.object({ step: id('step'), outcome: z.string(), resultDigest: digestSchema.nullable() }),
  /** Its result was lost: nobody knows whether it had its effect. */
  'step.lost': z.object({ step: id('step'), tool: z.string() }),
  /** What a person found out about a lost one. */
  'step.settled': z.object({
    step: id('step'),
    verdict: z.enum(verdicts),
    by: z.string(),
    noteDigest: digestSchema.nullable(),
  }),
  'approval.requested': z.object({ approval: id('approval'), digest: digestSchema, expires: z.iso.datetime() }),
  /** One of several who must agree did; the last one's word is `approval.granted`. */
  'approval.agreed': z.object({
    approval: id('approval'),
    digest: digestSchema,
    by: z.string(),
    agreed: z.number().int(),
    needed: z.number().int(),
  }),
  'approval.granted': z.object({ approval: id('approval'), digest: digestSchema, by: z.string() }),
  'approval.denied': z.object({ approval: id('approval'), by: z.string() }),
  'approval.expired': z.object({ approval: id('approval') }),
  'approval.voided': z.object({ approval: id('approval') }),
  'approval.consumed': z.object({ approval: id('approval'), grant: id('grant'), digest: digestSchema }),
  /** A rule was put before people; again under another digest when what was tried grew. */
  'proposal.made': z.object({
    proposal: id('proposal'),
    kind: z.enum(proposalKinds),
    agent: z.string(),
    digest: digestSchema,
  }),
  /** From now on the rule opens something, for so long and so often; by `prover` with the digest of its proof. */
  'proposal.accepted': z.object({
    proposal: id('proposal'),
    digest: digestSchema,
    policy: networkPolicySchema,
    by: z.string(),
    run: id('run').nullable(),
    expires: z.iso.datetime(),
    uses: z.number().int(),
    proof: digestSchema.nullable(),
  }),
  'proposal.dismissed': z.object({ proposal: id('proposal'), by: z.string() }),
  /** Nobody answered, or what was granted is over. */
  'proposal.expired': z.object({ proposal: id('proposal') }),
  'proposal.revoked': z.object({ proposal: id('proposal'), by: z.string() }),
  /** A person takes back what the newest run made of what an agent keeps. */
  'agent.undone': z.object({ agent: z.string() }),
  /** A person lets what an agent keeps be as it was at a snapshot. */
  'agent.restored': z.object({ agent: z.string(), snapshot: z.number().int() }),
  /** A person shows a skill to an agent, as it was when its files had this digest. */
  'skill.released': z.object({ agent: z.string(), skill: z.string(), digest: digestSchema }),
  'skill.held': z.object({ agent: z.string(), skill: z.string() }),
  /** About to be done: what follows says how it ended, or a process died in between. */
  'files.intended': z.object({ action: z.enum(['keep', 'discard', 'undo']), changesDigest: digestSchema.nullable() }),
  /** What was intended changed nothing: refused, in conflict, or failed. */
  'files.unchanged': z.object({ action: z.enum(['keep', 'discard', 'undo']), code: z.string() }),
  'files.kept': z.object({ paths: z.number().int(), changesDigest: digestSchema }),
  'files.discarded': z.object({}),
  'files.undone': z.object({ paths: z.number().int() }),
  /** A person took one. */
  'files.checkpoint': z.object({ checkpoint: z.number().int(), name: z.string().nullable() }),
  /** The view of a run went back to a checkpoint; what it was before is `left`. */
  'files.restored': z.object({ checkpoint: z.number().int(), left: z.number().int() }),
  /** A keep or undo that a dead supervisor left half-way was finished or taken back at the next start. */
  'files.recovered': z.object({ work: z.enum(['keep', 'undo']), end: z.enum(['finished', 'taken_back']) }),
  'supervisor.registered': z.object({ epoch: z.number().int(), attestationKey: z.string() }),
  'supervisor.lost': z.object({ epoch: z.number().int() }),
  'finding.raised': z.object({ kind: z.string(), text: z.string() }),
} as const;

export type EventType = keyof typeof eventBodies;
export type EventBody<Type extends EventType> = z.infer<(typeof eventBodies)[Type]>;

/** What a process hands to the ledger. Sequence and time are the ledger's. */
export const ledgerEventSchema = z.object({
  type: z.custom<EventType>((value) => typeof value === 'string' && value in eventBodies, { message: 'unknown event' }),
  /** Which process or person acted: `supervisor`, `worker`, `api`, `person:<name>`. */
  actor: z.string(),
  run: id('run').nullable(),
  body: z.record(z.string(), z.unknown()),
});
export type LedgerEvent = z.infer<typeof ledgerEventSchema>;

/** Builds an event with its body checked by the compiler and by the catalogue. */
export function ledgerEvent<Type extends EventType>(
  type: Type,
  body: EventBody<Type>,
  origin: { readonly actor: string; readonly run?: LedgerEvent['run'] },
): LedgerEvent {
  return { type, actor: origin.actor, run: origin.run ?? null, body: eventBodies[type].parse(body) };
}
