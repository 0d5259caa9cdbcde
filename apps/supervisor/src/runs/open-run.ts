import { randomBytes } from 'node:crypto';
import type { ExactValues } from '@clawhold/detect';
import type { Egress } from '@clawhold/egress';
import { createProvenance, joinLabels, labelFrom } from '@clawhold/flow';
import { namedHosts } from '@clawhold/policy';
import { beginRun, type SandboxDriver, type SandboxEnd } from '@clawhold/sandbox';
import {
  ClawholdError,
  formatId,
  idEntropyBytes,
  type Label,
  ledgerEvent,
  type RunId,
  type SessionId,
} from '@clawhold/spec';
import type { FindInstallation } from '../agents/installations.ts';
import type { FindSkills } from '../agents/skills.ts';
import type { Checkpoints } from '../checkpoints/checkpoints.ts';
import type { Placeholders } from '../credentials/placeholders.ts';
import type { Policies } from '../deciding/policies.ts';
import { createRunUsage } from '../deciding/run-usage.ts';
import type { DetectionKey } from '../detection/detection-key.ts';
import type { RunDisk } from '../disk/run-disk.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Lease } from '../gateway/lease.ts';
import type { CarriedLabels } from '../labels/carried-labels.ts';
import { holdsSecret, taskFiles } from '../labels/data-labels.ts';
import type { KeptSecrets } from '../labels/kept-secrets.ts';
import { createCallers } from '../network/callers.ts';
import { openDoors } from '../network/doors.ts';
import { createHostLabels } from '../network/host-labels.ts';
import type { SandboxEnvironment } from '../network/sandbox-environment.ts';
import { createCurrentSteps } from '../steps/current-steps.ts';
import { settleEndedQuestions } from '../steps/frozen-questions.ts';
import { openStepJournal } from '../steps/journal.ts';
import type { AttestationKey } from './attestation-key.ts';
import { createFrost, type LiveRun } from './live-run.ts';
import type { LiveRuns } from './live-runs.ts';
import { findRunRecord, hasStopMark, type RunRecord, stepJournalPath, writeRunRecord } from './run-folder.ts';
import { createSideSandboxes } from './side-sandboxes.ts';
import type { Slots } from './slots.ts';
import { startSandbox } from './start-sandbox.ts';
import { assertSandboxesStand } from './static-files.ts';
import { assertKeepsFiles } from './task-folder.ts';

/** How often a frozen run looks whether its questions are over: nobody may come back for a no. */
const questionMilliseconds = 1_000;

export interface OpenRequest {
  readonly run: RunId;
  readonly session: SessionId;
  readonly agent: string;
  readonly folder: string;
  readonly model: string;
  readonly task: string;
}

export interface RunParts {
  /** The supervisor's own folder. */
  readonly folder: string;
  readonly driver: SandboxDriver;
  readonly egress: Egress;
  readonly gateway: Gateway;
  readonly lease: Pick<Lease, 'valid'>;
  readonly policies: Policies;
  readonly runs: LiveRuns;
  readonly slots: Slots;
  readonly placeholders: Pick<Placeholders, 'issue' | 'forget'>;
  readonly carried: CarriedLabels;
  readonly keptSecrets: KeptSecrets;
  readonly checkpoints: Pick<Checkpoints, 'layersOf'>;
  readonly disk: Pick<RunDisk, 'assertRoom' | 'quota'>;
  readonly environment: SandboxEnvironment;
  readonly installationOf: FindInstallation;
  readonly skillsOf: FindSkills;
  readonly attest: AttestationKey['sign'];
  readonly canaryOf: DetectionKey['canaryOf'];
  readonly guarded: (run: RunId) => ExactValues;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onEnded: (run: LiveRun, end: SandboxEnd) => void;
}

/** Makes the sandbox of a run, on the files it had before if it was opened before; finds it when it is alive. */
export function createRunOpener(parts: RunParts): (request: OpenRequest) => Promise<LiveRun> {
  const opening = new Map<RunId, Promise<LiveRun>>();
  return (request) => {
    parts.runs.assertNotStopped(request.run);
    const alive = parts.runs.find(request.run);
    if (alive !== undefined) return Promise.resolve(alive);
    const known = opening.get(request.run);
    if (known !== undefined) return known;
    const fresh = open(parts, request).finally(() => opening.delete(request.run));
    opening.set(request.run, fresh);
    return fresh;
  };
}

async function open(parts: RunParts, request: OpenRequest): Promise<LiveRun> {
  const { run, agent } = request;
  const snapshot = parts.policies.of(agent);
  if (await hasStopMark(parts.folder, run)) parts.runs.markStopped(run);
  parts.runs.assertNotStopped(run);
  const record = (await findRunRecord(parts.folder, run)) ?? (await begin(parts, request));
  const before = await knownBefore(parts, request, record);
  const { files, systemCalls, taskSecrets } = snapshot;
  const settled = { files: files.sandbox, systemCalls, taskSecrets };
  const journal = await openStepJournal(stepJournalPath(parts.folder, run));
  const { sandbox, hiddenFiles } = await startSandbox(parts, request, record, snapshot).catch(
    async (error: unknown) => {
      parts.placeholders.forget(run);
      await journal.close();
      throw error;
    },
  );
  try {
    // A stop and a lost lease end what is live; this one was not yet.
    parts.runs.assertNotStopped(run);
    if (!parts.lease.valid())
      throw new ClawholdError('supervisor_not_registered', 'The supervisor lost its connection to the gateway.');
    // A policy that came meanwhile met no sandbox that it could have been refused for.
    assertSandboxesStand({ all: () => [{ id: run, agent, ...settled }] }, new Map([[agent, parts.policies.of(agent)]]));
  } catch (error) {
    parts.placeholders.forget(run);
    await Promise.all([sandbox.kill(), journal.close()]);
    throw error;
  }
  const ended = new AbortController();
  const identity = { run, sandbox: formatId('sandbox', randomBytes(idEntropyBytes)), agent };
  const attachments = openDoors(parts.egress, identity, sandbox);
  const live: LiveRun = {
    id: run,
    session: request.session,
    agent,
    model: request.model,
    record,
    ...settled,
    sandbox,
    sandboxId: identity.sandbox,
    attachments,
    callers: createCallers(sandbox),
    beside: createSideSandboxes(),
    guarded: parts.guarded(run),
    provenance: createProvenance({
      task: request.task,
      taskConfidentiality: holdsSecret(request.task, snapshot) ? 'secret' : 'internal',
      files: taskFiles(snapshot, record.taskFolder, parts.keptSecrets),
      ...(before === undefined ? {} : { before }),
      named: namedHosts(snapshot),
      // What the model had read before is not known any more; then everything counts as read.
      // Who wrote the files of a fork, and after reading what, is not known either.
      resumed: journal.all().length > 0 || record.forkedFrom !== null,
    }),
    hostLabels: createHostLabels(),
    carried: { label: null, noted: Promise.resolve() },
    usage: createRunUsage({ run, agent, began: record.opened ?? parts.now() }, parts.gateway, parts.now),
    journal,
    frost: createFrost(sandbox),
    steps: createCurrentSteps(),
    calls: new Map(),
    ended: ended.signal,
  };
  parts.runs.add(live);
  const watch = setInterval(
    () => void settleEndedQuestions(live, parts.gateway).catch(() => undefined), // tried again in a second
    questionMilliseconds,
  ).unref();
  const onClosed = (end: SandboxEnd): void => {
    ended.abort();
    for (const attachment of attachments) attachment.close();
    void live.beside.kill();
    live.usage.clear();
    clearInterval(watch);
    parts.runs.remove(run);
    void closeJournal(live);
    parts.onEnded(live, end);
  };
  void sandbox.closed.then(onClosed);
  const { notOffered } = snapshot.files;
  // What the supervisor holds itself stands beside what the launcher measured.
  const attestation = { ...sandbox.attestation, notOffered, hiddenFiles, diskQuota: parts.disk.quota };
  const claim = { run, sandbox: identity.sandbox, attestation };
  try {
    await parts.gateway.appendEvents({
      events: [
        ledgerEvent('sandbox.started', { ...claim, signature: parts.attest(claim) }, { actor: 'supervisor', run }),
      ],
    });
  } catch (error) {
    // No sandbox that the ledger does not know of.
    await sandbox.kill();
    throw error;
  }
  return live;
}

/** What the conversation had seen; of a fork also that its files may hold what is secret, whoever says whose it is. */
async function knownBefore(
  { carried }: RunParts,
  { run, session }: OpenRequest,
  { forkedFrom }: RunRecord,
): Promise<Label | undefined> {
  const before = await carried.ofSession(session);
  if (forkedFrom === null || !(await carried.isSecret(run))) return before;
  const secret = labelFrom('external', [{ kind: 'model' }], 'secret');
  return before === undefined ? secret : joinLabels(before, secret);
}

async function begin(parts: RunParts, { run, agent, folder }: OpenRequest): Promise<RunRecord> {
  await assertKeepsFiles(folder);
  const begun = await beginRun(parts.driver, folder);
  const slot = await parts.slots.take();
  const record: RunRecord = {
    run,
    agent,
    taskFolder: folder,
    slot,
    begun,
    opened: parts.now(),
    keep: null,
    forkedFrom: null,
    kept: false,
    settling: null,
  };
  try {
    await writeRunRecord(parts.folder, record);
    return record;
  } finally {
    parts.slots.release(slot);
  }
}

/** Steps that were at work still record that they are lost. */
async function closeJournal({ calls, journal }: LiveRun): Promise<void> {
  await Promise.allSettled(calls.values());
  await journal.close();
}
