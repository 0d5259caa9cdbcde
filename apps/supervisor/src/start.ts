import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { listenChannel, openChannel, serveRoutes } from '@clawhold/channel';
import {
  createEgress,
  createServiceTable,
  loadCertificateAuthority,
  sandboxBundle,
  systemResolver,
  trustedRoots,
} from '@clawhold/egress';
import { createInference, type Inference } from '@clawhold/inference';
import type { LauncherDriver } from '@clawhold/sandbox';
import { limits, type SupervisorStart, supervisorRoutes } from '@clawhold/spec';
import { defaultPlaces, sandboxScripts } from '@clawhold/tools';
import { createAgentState } from './agents/agent-state.ts';
import { createInstallations } from './agents/installations.ts';
import { createRemembering } from './agents/remembering.ts';
import { createRemoteWork } from './agents/remote-work.ts';
import { createAgentSkills } from './agents/skills.ts';
import { createThinker } from './agents/thinker.ts';
import { openBrowserSandbox, publicKeyDigest } from './browser/browser-sandbox.ts';
import { createBrowsers } from './browser/browsers.ts';
import { createCheckpointBefore } from './checkpoints/before-step.ts';
import { createCheckpoints } from './checkpoints/checkpoints.ts';
import { createForker } from './checkpoints/fork.ts';
import { tellThinned } from './checkpoints/tell-thinned.ts';
import { createQuestionAnswerer } from './conversations/answer-question.ts';
import { createControlUis } from './conversations/control-ui.ts';
import { createConversations } from './conversations/conversation.ts';
import { createConversationHolder } from './conversations/hold-conversation.ts';
import { createMessenger } from './conversations/send-message.ts';
import { createDesk } from './credentials/desk.ts';
import { createPlaceholders } from './credentials/placeholders.ts';
import { recordWithdrawal } from './credentials/record-withdrawal.ts';
import { createTokenCall } from './credentials/sources/token-call.ts';
import { openVault } from './credentials/vault.ts';
import { createJudge } from './deciding/judge.ts';
import { createPolicies } from './deciding/policies.ts';
import { createReadSummary } from './deciding/summary.ts';
import { openDetectionKey } from './detection/detection-key.ts';
import { createFindings } from './detection/findings.ts';
import { guardedValues } from './detection/guarded-values.ts';
import { createRunDisk } from './disk/run-disk.ts';
import { createRunFiles } from './files/run-files.ts';
import { recordRecovered, recoverRuns } from './files/settling.ts';
import { openBootClock } from './gateway/boot-clock.ts';
import { openGateway } from './gateway/gateway.ts';
import { holdLease, type Lease } from './gateway/lease.ts';
import { openCarriedLabels } from './labels/carried-labels.ts';
import { openKeptSecrets } from './labels/kept-secrets.ts';
import { tellSecret } from './labels/tell-secret.ts';
import { openMcpSandbox } from './mcp/mcp-sandbox.ts';
import { createMcpServers } from './mcp/mcp-servers.ts';
import { createModelDial } from './models/dial.ts';
import { inferenceOptions } from './models/inference-options.ts';
import { sandboxDoor } from './models/sandbox-door.ts';
import { createWithholding } from './models/withholding.ts';
import { workerDoor } from './models/worker-door.ts';
import { companyProxyOf } from './network/company-proxy.ts';
import { createEgressHooks } from './network/egress-hooks.ts';
import { createRequestApprovals } from './network/request-approvals.ts';
import { createRequestTimeline } from './network/request-timeline.ts';
import { sandboxEnvironment } from './network/sandbox-environment.ts';
import { openPinBook } from './pins/tool-pins.ts';
import { createPolicyDoor } from './policy-door/policy-door.ts';
import { createProposalAsker } from './programs/ask-person.ts';
import { createPrograms } from './programs/programs.ts';
import { createProgramRunner } from './programs/run-program.ts';
import { supervisorFace } from './routes.ts';
import { openAttestationKey } from './runs/attestation-key.ts';
import { endAll } from './runs/end-run.ts';
import { findingOfEnd } from './runs/finding-of-end.ts';
import type { JoinParts } from './runs/join-run.ts';
import { createLiveRuns } from './runs/live-runs.ts';
import { createRunOpener } from './runs/open-run.ts';
import { recordSandboxEnd } from './runs/record-end.ts';
import { createSlots } from './runs/slots.ts';
import { assertSandboxesStand } from './runs/static-files.ts';
import { createActionMaker } from './steps/action.ts';
import { createToolCaller } from './steps/call-tool.ts';
import { createEffects } from './steps/effects.ts';
import { createStepRunner } from './steps/run-step.ts';

export interface Supervisor {
  close(): Promise<void>;
}

/** Puts the data plane together: launcher, proxy, model door, and the channel on which it is asked. */
export async function startSupervisor(start: SupervisorStart, driver: LauncherDriver): Promise<Supervisor> {
  const now = Date.now;
  const tier = start.firstSandboxId === null ? 'same-user' : 'sandboxed';
  const gatewayChannel = openChannel({ path: start.api.socket, self: 'supervisor', key: start.api.key });
  const gateway = openGateway(gatewayChannel);
  const runs = createLiveRuns();
  const policies = createPolicies(start.ownPorts, now, (next) => assertSandboxesStand(runs, next));
  const summary = createReadSummary(gateway);
  let lease: Lease | undefined;
  const leased = { valid: () => lease?.valid() === true };
  const judge = createJudge({
    lease: leased,
    gateway,
    now,
    summarise: (run) => summary.count(run),
  });
  const labels = join(start.folder, 'labels');
  const keptSecrets = await openKeptSecrets(join(labels, 'folders'), now);
  const carried = await openCarriedLabels(start.folder, (run) => {
    void egress.reconsider();
    tellSecret(gateway, run);
  });
  const checkpoints = createCheckpoints({
    folder: start.folder,
    driver,
    runs,
    now,
    onThinned: (run, numbers) => tellThinned(gateway, run, numbers),
  });
  const files = createRunFiles({ folder: start.folder, driver, runs, checkpoints, carried, keptSecrets });
  const actions = createActionMaker({ install: () => lease?.registration()?.install, policies, files, now });
  const effects = createEffects(start.folder, now);

  const authority = await loadCertificateAuthority(join(start.folder, 'authority'), now);
  const roots = trustedRoots();
  const companyProxy = companyProxyOf(start.companyProxy, roots);
  const authorities = join(start.folder, 'authorities.pem');
  await writeFile(authorities, sandboxBundle(roots, authority.certificate), { mode: 0o644 });
  // What must be recorded before this process ends.
  const endings = new Set<Promise<void>>();
  const keepUntilDone = (ending: Promise<void>): void => {
    const kept = ending.finally(() => endings.delete(kept));
    endings.add(kept);
  };
  let inference: Inference | undefined;
  const door = (): Inference => {
    if (inference === undefined) throw new Error('the model door opens before the first sandbox');
    return inference;
  };
  const tokens = createTokenCall(
    createModelDial(() => []),
    roots,
  );
  const vault = await openVault(
    join(start.folder, 'credentials'),
    { call: tokens, now },
    {
      givenKey: start.credentialKey,
      onWithdrawn: (withdrawal) => keepUntilDone(recordWithdrawal(gateway, withdrawal)),
    },
  );
  const placeholders = createPlaceholders(vault.list);
  const desk = createDesk({ vault, placeholders, gateway });
  const detectionKey = await openDetectionKey(start.folder);
  const attestationKey = await openAttestationKey(start.folder);
  const findings = createFindings(gateway, detectionKey);
  const toolPins = await openPinBook({ folder: join(start.folder, 'tool-pins'), findings, now });
  const programs = createPrograms();
  const askPerson = createProposalAsker({ judge, gateway, actions });
  const approvals = createRequestApprovals(gateway, actions);
  const requestTimeline = createRequestTimeline(gateway);
  const policyDoor = createPolicyDoor({ runs, policies, gateway, now });
  const services = createServiceTable({
    services: policies.services,
    folder: start.services,
    reserved: { ports: start.ownPorts, folders: start.forbiddenSockets.map((socket) => dirname(socket)) },
  });
  const mcpSockets = join(start.folder, 'mcp');
  // Those that a process left which was killed.
  await rm(mcpSockets, { recursive: true, force: true });
  const findMcpServer = createMcpServers({
    folder: mcpSockets,
    runs,
    programs,
    gateway,
    open: (live, asked) => openMcpSandbox(sideParts(), live, asked),
  });
  const egress = createEgress({
    authority,
    resolve: systemResolver(),
    roots,
    companyProxy,
    services: { locate: (name, identity) => findMcpServer(name, identity) ?? services.locate(name) },
    hooks: createEgressHooks({
      runs,
      policies,
      judge,
      timeline: requestTimeline,
      summary,
      approvals,
      effects,
      credentials: desk,
      findings,
      toolPins,
      inference: sandboxDoor(door, programs),
      policyDoor,
      carried,
      programs,
    }),
  });
  policies.onPublished(() => void egress.reconsider());
  inference = await createInference(
    inferenceOptions({
      runs,
      policies,
      judge,
      gateway,
      dial: createModelDial(policies.modelServers, companyProxy),
      configuration: start.configuration,
      scenarios: start.scenarios,
      providerKeys: start.providerKeys,
      withhold: createWithholding(detectionKey),
      carried,
      programs,
      askPerson,
    }),
  );

  const disk = createRunDisk({
    folder: start.folder,
    driver,
    viewAt: (record) => checkpoints.viewAt(record),
    quota: { bytes: limits.runDiskBytes, entries: limits.runDiskFiles },
  });
  const slots = createSlots(start.folder);
  const environment = sandboxEnvironment({
    node: start.node,
    tools: sandboxScripts,
    authorities,
    forbiddenSockets: start.forbiddenSockets,
    guardedFolders: [...start.forbiddenFolders, ...start.forbiddenSockets.map((socket) => dirname(socket))],
  });
  const installationOf = createInstallations(start.installed, gateway);
  const agentState = createAgentState(start.folder, driver, now);
  const agentSkills = createAgentSkills(start.folder);
  const openRun = createRunOpener({
    folder: start.folder,
    driver,
    egress,
    gateway,
    lease: leased,
    policies,
    runs,
    now,
    placeholders,
    carried,
    keptSecrets,
    attest: attestationKey.sign,
    checkpoints,
    disk,
    canaryOf: detectionKey.canaryOf,
    guarded: guardedValues(detectionKey, Object.values(start.providerKeys)),
    slots,
    environment,
    installationOf,
    skillsOf: agentSkills.forRun,
    onEnded: (run, end) => {
      const finding = findingOfEnd(end);
      if (finding !== undefined) findings.raise(run.id, finding.kind, finding.sentence);
      approvals.forget(run.id);
      programs.forget(run.id);
      desk.forget(run.id);
      findings.forget(run.id);
      policyDoor.forget(run.id);
      keepUntilDone(recordSandboxEnd(gateway, run, end.cause));
      keepUntilDone(vault.endRun(run.id).catch((error: unknown) => console.error(error)));
    },
  });
  await mkdir(join(start.folder, 'runs'), { recursive: true, mode: 0o700 });
  const diskWatch = disk.watch(runs, (run, sentence) => findings.raise(run, 'sandbox.disk', sentence));
  const recovered = await recoverRuns({ folder: start.folder, driver });
  const joining: JoinParts = { egress, gateway, attest: attestationKey.sign, findings, keepUntilDone };
  const sideParts = () => ({ ...joining, folder: start.folder, driver, slots, environment, policies });
  const callTool = createToolCaller({
    runs,
    policies,
    judge,
    gateway,
    actions,
    runner: createStepRunner({
      gateway,
      policies,
      carried,
      browsers: createBrowsers({
        gateway,
        open: (live) => openBrowserSandbox(sideParts(), live),
        authority: publicKeyDigest(authority.certificate),
        places: defaultPlaces,
      }),
      checkpointBefore: createCheckpointBefore(checkpoints, gateway),
    }),
  });
  const agents = { ...joining, gateway, folder: start.folder, driver, slots, environment, state: agentState, carried };
  const remoteWork = createRemoteWork({ gateway, callTool });
  const think = createThinker({ ...agents, installationOf, skillsOf: agentSkills.forRun, remoteWork });
  const remembering = createRemembering({ ...agents, canaryOf: detectionKey.canaryOf });
  const conversations = createConversations();
  const channel = await listenChannel({
    path: start.channel.socket,
    peers: start.channel.peers,
    handler: serveRoutes(
      supervisorRoutes,
      supervisorFace({
        folder: start.folder,
        tier,
        policies,
        lease: () => lease,
        runs,
        openRun,
        callTool,
        runProgram: createProgramRunner({
          runs,
          programs,
          gateway,
          callTool,
          think,
          remembering,
          converse: createConversationHolder({
            gateway,
            conversations,
            answerQuestion: createQuestionAnswerer({ judge, policies, askPerson }),
          }),
        }),
        controlUis: createControlUis(conversations, installationOf),
        conversations,
        sendMessage: createMessenger({ runs, policies, gateway, carried, conversations }),
        files,
        checkpoints,
        fork: createForker({ folder: start.folder, runs, slots, checkpoints, carried, now }),
        effects,
        inference,
        toolPins,
        keptSecrets,
        vault,
        agentState,
        agentSkills,
      }),
      { otherwise: workerDoor(inference, runs), onError: (error, route) => console.error(route, error) },
    ),
  });
  const held = holdLease({
    gateway,
    name: 'local',
    tier,
    attestationKey: attestationKey.publicKey,
    now: openBootClock(),
    onRegistered: ({ policy, grants }) => {
      policies.publish(policy);
      policies.grant(grants);
    },
    onLost: () => endAll(runs),
  });
  lease = held;
  await held.first;
  await recordRecovered(start.folder, gateway, recovered);
  keepUntilDone(vault.endLostRuns().catch((error: unknown) => console.error(error)));

  return {
    async close() {
      held.close();
      diskWatch[Symbol.dispose]();
      await channel.close();
      await endAll(runs);
      // The end of a token may add the record of it.
      while (endings.size > 0) await Promise.all(endings);
      egress.close();
      summary.close();
      await summary.flush().catch(() => undefined);
      await requestTimeline.written();
      gatewayChannel.close();
      await driver.close();
    },
  };
}
