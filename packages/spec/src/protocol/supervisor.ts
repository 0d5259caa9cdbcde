import { z } from 'zod';
import { agentChangeSchema, agentNameSchema, agentSnapshotSchema } from '../agent-change.ts';
import { agentSkillSchema, readSkillSchema, skillNameSchema } from '../agent-skill.ts';
import { liveSandboxSchema } from '../attested-sandbox.ts';
import { checkpointNameSchema, checkpointReferenceSchema, checkpointSchema } from '../checkpoint.ts';
import {
  credentialDefinitionSchema,
  credentialNameSchema,
  credentialSchema,
  standingTokenSchema,
  withdrawnCredentialSchema,
} from '../credential.ts';
import { digestSchema } from '../decision.ts';
import { fileChangeSchema, fileOutcomeSchema } from '../file-change.ts';
import { id } from '../ids.ts';
import { limits } from '../limits.ts';
import { secretFileNameSchema, secretFileSchema } from '../secret-file.ts';
import { toolCallSchema } from '../tool.ts';
import { pinnedToolSchema, toolPinEntrySchema, toolPinSchema } from '../tool-pin.ts';
import { stepOutcomeSchema } from './outcome.ts';
import { grantsInForceSchema, policySourcesSchema } from './policy-sources.ts';
import { route } from './route.ts';

const run = z.object({ run: id('run') });
const nothing = z.object({});
const controlUiLinkSchema = z.string().regex(/^[0-9a-f]{32}$/);
/** Checkpoints; without them the task folder, and the view as it is. */
const between = { from: checkpointReferenceSchema.optional(), to: checkpointReferenceSchema.optional() };

/** A model that the installation offers. */
export const modelSchema = z.object({
  /** `provider/model`, as in `--model`. */
  name: z.string(),
  provider: z.string(),
  locality: z.enum(['local', 'remote']),
  scripted: z.boolean(),
  /** Where it was found: `configuration`, `environment`, `local server` or `rehearsal`. */
  found: z.enum(['configuration', 'environment', 'local server', 'rehearsal']),
  contextTokens: z.number().int(),
});
export type Model = z.infer<typeof modelSchema>;

/**
 * What the supervisor offers. Model traffic goes through the same channel under `/inference/v1/…`, byte for byte as
 * the provider's wire has it, with the run in the header {@link inferenceRunHeader}.
 */
export const supervisorRoutes = {
  /** Replaces every layer at once; the new snapshot decides from the next question on. A bad one changes nothing. */
  publishPolicy: route({
    method: 'PUT',
    path: '/policy',
    request: policySourcesSchema,
    response: z.object({ digests: z.record(z.string(), z.string()) }),
    peers: ['api'],
  }),
  /** Replaces every granted rule; those that are gone open nothing any more when this answers. */
  publishGrants: route({
    method: 'PUT',
    path: '/grants',
    request: grantsInForceSchema,
    response: nothing,
    peers: ['api'],
  }),
  listModels: route({
    method: 'GET',
    path: '/models',
    request: nothing,
    response: z.object({ models: z.array(modelSchema), default: z.string() }),
    peers: ['api', 'worker'],
  }),
  /** Without their secrets, in the order of their names. */
  listCredentials: route({
    method: 'GET',
    path: '/credentials',
    request: nothing,
    response: z.object({ credentials: z.array(credentialSchema), standing: z.array(standingTokenSchema) }),
    peers: ['api'],
  }),
  /** Stores a credential under a new name; 409 when there is one. The secret is never told to anybody again. */
  addCredential: route({
    method: 'POST',
    path: '/credentials/:name',
    request: credentialDefinitionSchema.extend({ name: credentialNameSchema, secret: z.string() }),
    response: credentialSchema,
    peers: ['api'],
  }),
  /** Takes another secret for it. Placeholders that runs have stand for the new one from then on. */
  rotateCredential: route({
    method: 'PUT',
    path: '/credentials/:name/secret',
    request: z.object({ name: credentialNameSchema, secret: z.string() }),
    response: credentialSchema,
    peers: ['api'],
  }),
  /** Its placeholders stand for nothing from then on, and its tokens are handed back where that can be done. */
  removeCredential: route({
    method: 'DELETE',
    path: '/credentials/:name',
    request: z.object({ name: credentialNameSchema }),
    response: withdrawnCredentialSchema,
    peers: ['api'],
  }),
  /** The tools whose descriptions are pinned or wait for an operator, by endpoint and name. */
  listToolPins: route({
    method: 'GET',
    path: '/tool-pins',
    request: nothing,
    response: z.object({ pins: z.array(toolPinEntrySchema) }),
    peers: ['api'],
  }),
  /** With both descriptions. */
  readToolPin: route({
    method: 'GET',
    path: '/tool-pins/tool',
    request: pinnedToolSchema,
    response: toolPinSchema,
    peers: ['api'],
  }),
  /** Pins the description with this digest, one of the two that there are; 409 when it is neither any more. */
  acceptToolPin: route({
    method: 'POST',
    path: '/tool-pins/tool/accept',
    request: pinnedToolSchema.extend({ digest: digestSchema }),
    response: toolPinSchema,
    peers: ['api'],
  }),
  /** The files that runs wrote with secret data in them and a person kept. */
  listSecretFiles: route({
    method: 'GET',
    path: '/secret-files',
    request: nothing,
    response: z.object({ files: z.array(secretFileSchema) }),
    peers: ['api'],
  }),
  /** A person looked at the file: for later runs it is no longer secret because of what was written into it. */
  lowerSecretFile: route({
    method: 'POST',
    path: '/secret-files/lower',
    request: secretFileNameSchema,
    response: secretFileSchema,
    peers: ['api'],
  }),
  /** Forgets both descriptions: the next one is the first again. */
  forgetToolPin: route({
    method: 'DELETE',
    path: '/tool-pins/tool',
    request: pinnedToolSchema,
    response: nothing,
    peers: ['api'],
  }),
  /** Makes the sandbox of a run, or finds it alive. */
  openSandbox: route({
    method: 'POST',
    path: '/runs/:run/sandbox',
    request: run.extend({
      session: id('session'),
      agent: z.string(),
      folder: z.string(),
      model: z.string(),
      task: z.string(),
    }),
    response: z.object({ sandbox: id('sandbox'), attestation: z.record(z.string(), z.unknown()) }),
    peers: ['worker'],
  }),
  /**
   * Runs one tool call, once. The supervisor journals it before the effect; asked again for the same step it answers
   * with the recorded outcome, or `unknown`. `authority` narrows a sub-agent to these tools.
   */
  callTool: route({
    method: 'POST',
    path: '/runs/:run/steps/:step',
    request: run.extend({
      step: id('step'),
      call: toolCallSchema,
      approval: id('approval').optional(),
      authority: z.array(z.string()).optional(),
    }),
    response: stepOutcomeSchema,
    peers: ['worker'],
  }),
  /**
   * Starts the program that the run's manifest names, as this step and once, and answers as soon as its state is another
   * than `known`, or after 20 seconds with the same. Asked again it answers with the recorded outcome, or `unknown`.
   */
  runProgram: route({
    method: 'POST',
    path: '/runs/:run/program',
    request: run.extend({
      step: id('step'),
      approval: id('approval').optional(),
      known: z.enum(['running', 'waiting']),
    }),
    response: z.discriminatedUnion('state', [
      z.object({ state: z.literal('running') }),
      /** A person is asked about a call that its model proposed; the sandbox is frozen. */
      z.object({ state: z.literal('waiting') }),
      z.object({ state: z.literal('over'), outcome: stepOutcomeSchema }),
    ]),
    peers: ['worker'],
  }),
  /**
   * Says more to a run that is a conversation; its answer comes as a timeline entry under the same turn. 409 when it is none,
   * still answers, or is over.
   */
  sendMessage: route({
    method: 'POST',
    path: '/runs/:run/messages',
    request: run.extend({
      turn: id('turn'),
      by: z.string(),
      text: z.string().min(1).max(limits.messageCharacters),
    }),
    response: nothing,
    peers: ['api'],
  }),
  /** Ends a conversation well, so that its agent keeps what it learnt. 409 as above. */
  endConversation: route({
    method: 'POST',
    path: '/runs/:run/conversation/end',
    request: run,
    response: nothing,
    peers: ['api'],
  }),
  /**
   * Opens a connection of a page to the agent of a conversation that brings one, under a name of the caller's; each line is a message for the
   * page. 409 when it is none, brings no page, or has too many connections.
   */
  openControlUi: route({
    method: 'POST',
    path: '/runs/:run/control-ui/:link',
    request: run.extend({ link: controlUiLinkSchema }),
    response: z.object({ message: z.string() }),
    peers: ['api'],
    stream: true,
  }),
  /** Hands on what the page says. What may not pass here is refused, whoever let it through before. */
  tellControlUi: route({
    method: 'POST',
    path: '/runs/:run/control-ui/:link/messages',
    request: run.extend({ link: controlUiLinkSchema, message: z.string().max(limits.controlUiMessageBytes) }),
    response: nothing,
    peers: ['api'],
  }),
  /** A file of the page, as it was installed (base64); null when there is none. */
  readControlUi: route({
    method: 'GET',
    path: '/runs/:run/control-ui',
    request: run.extend({ path: z.string() }),
    response: z.object({ content: z.string().nullable() }),
    peers: ['api'],
  }),
  /** Ends the sandbox; the view of the files stays for diff, keep and discard. */
  closeSandbox: route({
    method: 'POST',
    path: '/runs/:run/close',
    request: run,
    response: nothing,
    peers: ['worker', 'api'],
  }),
  /** Freezes and kills the sandbox, cuts its network, forgets its grants. Without `run`: all of them. */
  stop: route({
    method: 'POST',
    path: '/stop',
    request: z.object({ run: id('run').optional() }),
    response: z.object({ stopped: z.array(id('run')), milliseconds: z.number() }),
    peers: ['api'],
  }),
  listSandboxes: route({
    method: 'GET',
    path: '/sandboxes',
    request: nothing,
    response: z.object({ sandboxes: z.array(liveSandboxSchema) }),
    peers: ['api'],
  }),
  /** From the task folder to the view as it is; `from` and `to` name checkpoints instead. */
  listChanges: route({
    method: 'GET',
    path: '/runs/:run/changes',
    request: run.extend(between),
    response: z.object({ changes: z.array(fileChangeSchema), digest: z.string() }),
    peers: ['api', 'worker'],
  }),
  /** Both sides of one change as bytes (base64), cut at `limits.fileReadBytes`. */
  readChange: route({
    method: 'GET',
    path: '/runs/:run/changes/content',
    request: run.extend({ path: z.string(), ...between }),
    response: z.object({ before: z.string().nullable(), after: z.string().nullable(), cut: z.boolean() }),
    peers: ['api'],
  }),
  keep: route({
    method: 'POST',
    path: '/runs/:run/keep',
    /** `digest` is that of the list the person saw; `paths: null` keeps all of it. */
    request: run.extend({ digest: z.string(), paths: z.array(z.string()).nullable(), skipConflicts: z.boolean() }),
    response: z.object({ applied: z.boolean(), outcomes: z.array(fileOutcomeSchema) }),
    peers: ['api'],
  }),
  /** Closes what the run wrote so far; 409 while a step is at work, a person is asked, or a program runs. */
  takeCheckpoint: route({
    method: 'POST',
    path: '/runs/:run/checkpoints',
    request: run.extend({ name: checkpointNameSchema.nullable() }),
    response: checkpointSchema,
    peers: ['api'],
  }),
  listCheckpoints: route({
    method: 'GET',
    path: '/runs/:run/checkpoints',
    request: run,
    response: z.object({ checkpoints: z.array(checkpointSchema) }),
    peers: ['api'],
  }),
  /** The view goes back to a checkpoint; what it was before is a checkpoint as well. */
  restoreCheckpoint: route({
    method: 'POST',
    path: '/runs/:run/restore',
    request: run.extend({ to: checkpointReferenceSchema }),
    response: z.object({ checkpoint: checkpointSchema, left: checkpointSchema }),
    peers: ['api'],
  }),
  /** Makes the storage of a new run whose view begins at a checkpoint of this one; `from` is null: as it is now. */
  forkRun: route({
    method: 'POST',
    path: '/runs/:run/fork',
    request: run.extend({ as: id('run'), from: checkpointReferenceSchema.nullable() }),
    response: checkpointSchema,
    peers: ['api'],
  }),
  discard: route({ method: 'POST', path: '/runs/:run/discard', request: run, response: nothing, peers: ['api'] }),
  undo: route({
    method: 'POST',
    path: '/runs/:run/undo',
    request: run,
    response: z.object({
      applied: z.boolean(),
      outcomes: z.array(fileOutcomeSchema),
      /** Effects outside that were not taken back, one sentence each. */
      remaining: z.array(z.string()),
    }),
    peers: ['api'],
  }),
  /** What runs changed in what an agent keeps, the newest first. */
  listAgentChanges: route({
    method: 'GET',
    path: '/agents/:agent/changes',
    request: z.object({ agent: agentNameSchema }),
    response: z.object({ changes: z.array(agentChangeSchema) }),
    peers: ['api'],
  }),
  /** Takes the newest of them back; 409 when there is none, or the files are others by now. */
  undoAgentChange: route({
    method: 'POST',
    path: '/agents/:agent/undo',
    request: z.object({ agent: agentNameSchema }),
    response: agentChangeSchema,
    peers: ['api'],
  }),
  /** Copies of what an agent kept at a time, the newest first. */
  listAgentSnapshots: route({
    method: 'GET',
    path: '/agents/:agent/snapshots',
    request: z.object({ agent: agentNameSchema }),
    response: z.object({ snapshots: z.array(agentSnapshotSchema) }),
    peers: ['api'],
  }),
  /** 409 while a run of the agent has what it keeps. */
  takeAgentSnapshot: route({
    method: 'POST',
    path: '/agents/:agent/snapshots',
    request: z.object({ agent: agentNameSchema, why: agentSnapshotSchema.shape.why }),
    response: agentSnapshotSchema,
    peers: ['api'],
  }),
  /** What it keeps is as it was at the snapshot; `left` is a snapshot of what it was before. */
  restoreAgentSnapshot: route({
    method: 'POST',
    path: '/agents/:agent/restore',
    request: z.object({ agent: agentNameSchema, snapshot: agentSnapshotSchema.shape.number }),
    response: z.object({ restored: agentSnapshotSchema, left: agentSnapshotSchema }),
    peers: ['api'],
  }),
  /** The skills that an agent came with, by name. */
  listAgentSkills: route({
    method: 'GET',
    path: '/agents/:agent/skills',
    request: z.object({ agent: agentNameSchema }),
    response: z.object({ skills: z.array(agentSkillSchema) }),
    peers: ['api'],
  }),
  readAgentSkill: route({
    method: 'GET',
    path: '/agents/:agent/skills/:skill',
    request: z.object({ agent: agentNameSchema, skill: skillNameSchema }),
    response: readSkillSchema,
    peers: ['api'],
  }),
  /** Shows it to runs that begin from now on; 409 when it is not what the person saw. */
  releaseAgentSkill: route({
    method: 'POST',
    path: '/agents/:agent/skills/:skill/release',
    request: z.object({ agent: agentNameSchema, skill: skillNameSchema, digest: agentSkillSchema.shape.digest }),
    response: agentSkillSchema,
    peers: ['api'],
  }),
  holdAgentSkill: route({
    method: 'POST',
    path: '/agents/:agent/skills/:skill/hold',
    request: z.object({ agent: agentNameSchema, skill: skillNameSchema }),
    response: agentSkillSchema,
    peers: ['api'],
  }),
  status: route({
    method: 'GET',
    path: '/status',
    request: nothing,
    response: z.object({
      epoch: z.number().int().nullable(),
      tier: z.string(),
      sandboxes: z.number().int(),
      policy: z.string().nullable(),
    }),
    peers: ['api', 'manager'],
  }),
} as const;

/** Names the run on whose behalf model traffic goes; only a channel that proved its peer may set it. */
export const inferenceRunHeader = 'x-clawhold-run';
