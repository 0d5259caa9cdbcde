import { dirname, join } from 'node:path';
import { callRoute, listenChannel, openChannel, serveRoutes } from '@clawhold/channel';
import { keyBytes } from '@clawhold/sealing';
import {
  type ApiStart,
  apiRoutes,
  formatId,
  type InstallId,
  id,
  idEntropyBytes,
  ledgerEvent,
  workerRoutes,
} from '@clawhold/spec';
import { Kysely, PostgresDialect } from 'kysely';
import { createAgentService } from '../agents/agent-service.ts';
import { createAgentStateService } from '../agents/state-service.ts';
import { createApprovalService } from '../approvals/approval-service.ts';
import { createApprovalStore } from '../approvals/approval-store.ts';
import { createAuditReader } from '../audit/reader.ts';
import { createBlobStore } from '../blobs/blob-store.ts';
import { agentOfHost } from '../control-ui/address.ts';
import { createControlUiService } from '../control-ui/control-ui-service.ts';
import { controlUiPages } from '../control-ui/pages.ts';
import { controlUiSockets } from '../control-ui/sockets.ts';
import { controlUiOf } from '../control-ui/ui-of-run.ts';
import { createConversationService } from '../conversations/conversation-service.ts';
import { createCounterStore } from '../counters/counter-store.ts';
import { createCredentialService } from '../credentials/credential-service.ts';
import { createDrafts } from '../drafts/drafts.ts';
import { replaceDrafts } from '../drafts/replace-drafts.ts';
import { createCheckpointService } from '../files/checkpoint-service.ts';
import { createFileJobs } from '../files/file-jobs.ts';
import { createFileService } from '../files/file-service.ts';
import { listenHttp } from '../http/listen.ts';
import { staticFiles } from '../http/static-files.ts';
import { createSignIn } from '../identity/sign-in.ts';
import { cutDesk } from '../ledger/cut-desk.ts';
import { openLedger } from '../ledger/ledger.ts';
import { openLedgerKey } from '../ledger/signing-key-file.ts';
import { createPersonStore } from '../people/person-store.ts';
import { createPolicyService } from '../policies/policy-service.ts';
import { openProposals } from '../proposals/open-proposals.ts';
import { createRunService } from '../runs/run-service.ts';
import { createRunStore } from '../runs/run-store.ts';
import { createSandboxService } from '../sandboxes/sandbox-service.ts';
import { createContentSeal } from '../sealing/content.ts';
import { openKeyFile } from '../sealing/key-file.ts';
import { createSecretFileService } from '../secret-files/secret-file-service.ts';
import type { Database } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { openPool } from '../store/pool.ts';
import { listenForSignals } from '../store/signals.ts';
import { supervisorClient } from '../supervisors/client.ts';
import { createSupervisorRegistry } from '../supervisors/registry.ts';
import { createTimeline } from '../timeline/timeline.ts';
import { createToolPinService } from '../tool-pins/tool-pin-service.ts';
import { createUnknownStepService } from '../unknown-steps/unknown-step-service.ts';
import { createUnknownStepStore } from '../unknown-steps/unknown-step-store.ts';
import { channelFace } from './channel-face.ts';
import type { ControlPlane } from './control-plane.ts';
import { httpFace } from './http-face.ts';
import { createPeerWords } from './peer-words.ts';

export interface Api {
  readonly port: number;
  close(): Promise<void>;
}

const poolConnections = 8;
/** Between two looks for sessions that nobody uses. */
const sweepMilliseconds = 60_000;

/** Puts the rooms of the api process together and opens its two faces. */
export async function startApi(start: ApiStart): Promise<Api> {
  await migrate(start.ownerDatabase);
  const pool = openPool(start.database, {
    max: poolConnections,
    onLost: (error) => console.error('database connection lost:', error.message),
  });
  const database = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  const signals = listenForSignals(start.database);
  const key = await openLedgerKey(start.folder);
  const install = await installId(start.folder);
  const headFolder = join(start.folder, 'heads');
  const desk = cutDesk(start.folder, start.configuration);
  const ledger = await openLedger({ url: start.database, database, headFolder, key, install, askAboutCut: desk.ask });
  await desk.clear();
  await ledger.append([ledgerEvent('install.started', { version: start.version, tier: start.tier }, { actor: 'api' })]);

  const content = createContentSeal(database, await openKeyFile(join(start.folder, 'content-key'), keyBytes));
  const drafts = createDrafts();
  const timeline = replaceDrafts(createTimeline(database, content, signals), drafts);
  const approvalStore = createApprovalStore(database, content);
  const approvals = createApprovalService({ database, store: approvalStore, ledger, timeline, signals });
  const runStore = createRunStore(database, content);
  const unknownStepStore = createUnknownStepStore(database, content);
  const supervisorChannel = openChannel({ path: start.supervisor.socket, self: 'api', key: start.supervisor.key });
  const workerChannel = openChannel({ path: start.worker.socket, self: 'api', key: start.worker.key });
  const supervisor = supervisorClient(supervisorChannel);
  const registry = createSupervisorRegistry(database, ledger);
  const policies = await createPolicyService({ folder: start.configuration, ledger, supervisor, registry });
  const { gatherer, proposals, proposalStore } = openProposals({
    database,
    content,
    ledger,
    policies,
    timeline,
    signals,
    supervisor,
    registry,
  });
  const agents = createAgentService({
    folder: start.configuration,
    governed: () => Object.keys(policies.sources().agents),
  });
  const plane: ControlPlane = {
    install,
    version: start.version,
    tier: start.tier,
    agents,
    approvalStore,
    approvals,
    audit: createAuditReader(database, ledger, key, headFolder),
    blobs: createBlobStore(database, content),
    counters: createCounterStore(database, Date.now),
    credentials: createCredentialService(supervisor, ledger),
    drafts,
    files: createFileService({ jobs: createFileJobs(database, content), runs: runStore, supervisor, ledger }),
    checkpoints: createCheckpointService({ runs: runStore, supervisor, ledger, timeline }),
    ledger,
    people: createPersonStore(database),
    policies,
    gatherer,
    proposals,
    proposalStore,
    registry,
    runStore,
    runs: createRunService({
      store: runStore,
      approvals,
      ledger,
      timeline,
      supervisor,
      registry,
      forbidden: { home: start.home, except: start.homeTasks },
      agents,
      nudge: async () => void (await callRoute(workerChannel, workerRoutes.nudge, {})),
    }),
    sandboxes: createSandboxService(database, supervisor),
    agentState: createAgentStateService(supervisor, ledger),
    controlUi: createControlUiService({
      store: runStore,
      ledger,
      uiOf: controlUiOf(runStore),
      now: () => performance.now(),
    }),
    conversations: createConversationService({ store: runStore, ledger, supervisor }),
    signIn: createSignIn(database),
    supervisor,
    timeline,
    toolPins: createToolPinService(supervisor, ledger),
    secretFiles: createSecretFileService(supervisor, ledger),
    unknownSteps: createUnknownStepService({ database, store: unknownStepStore, ledger, timeline, signals }),
    unknownStepStore,
  };

  await plane.runs.repair();
  const expiring = approvals.startExpiring();
  const ending = proposals.startExpiring();
  const finishing = plane.files.startFinishing();
  // Our own folder lies in the state of the installation.
  const folders = [{ staged: dirname(start.folder), host: start.home }];
  const channel = await listenChannel({
    path: start.channel.socket,
    peers: start.channel.peers,
    handler: serveRoutes(apiRoutes, channelFace(plane, createPeerWords(folders)), {
      onError: (error, route) => console.error(route, error),
    }),
  });
  let origins: ReadonlySet<string> = new Set();
  let port = 0;
  const app = httpFace(plane, {
    tokenDigest: start.tokenDigest,
    origins: () => origins,
    console: await staticFiles(start.console),
    port: () => port,
    folders,
  });
  const page = { ...plane, service: plane.controlUi, uiOf: controlUiOf(runStore), port: () => port };
  const http = await listenHttp({
    ...start.http,
    handler: app.fetch,
    others: {
      has: (host) => agentOfHost(host, port) !== undefined,
      handler: controlUiPages(page),
      upgrade: controlUiSockets(page),
    },
  });
  ({ origins, port } = http);
  const sweeping = setInterval(() => plane.controlUi.sessions.sweep(), sweepMilliseconds).unref();

  return {
    port: http.port,
    async close() {
      clearInterval(sweeping);
      plane.controlUi.sessions.end(() => true);
      await http.close();
      expiring[Symbol.dispose]();
      ending[Symbol.dispose]();
      finishing[Symbol.dispose]();
      await channel.close();
      await gatherer.close();
      await proposals.settled();
      supervisorChannel.close();
      workerChannel.close();
      await ledger.append([ledgerEvent('install.stopped', {}, { actor: 'api' })]).catch(() => undefined);
      await ledger[Symbol.asyncDispose]();
      await signals.close();
      await database.destroy();
    },
  };
}

/** The id of the installation, made at its first start. */
async function installId(folder: string): Promise<InstallId> {
  const digits = await openKeyFile(join(folder, 'install-entropy'), idEntropyBytes);
  return id('install').parse(formatId('install', digits));
}
