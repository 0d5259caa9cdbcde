import type { Implementation } from '@clawhold/channel';
import type { apiRoutes, BlobId } from '@clawhold/spec';
import { assertMayWrite } from '../audit/writers.ts';
import type { ControlPlane } from './control-plane.ts';
import type { PeerWords } from './peer-words.ts';

/** What the api process does for supervisor and worker. Each function is one route; the rooms do the work. */
export function channelFace(plane: ControlPlane, words: PeerWords): Implementation<typeof apiRoutes> {
  return {
    registerSupervisor: async ({ name, tier, attestationKey }) => {
      const policy = plane.policies.sources();
      const epoch = await plane.registry.register(name, tier, attestationKey);
      return { epoch, install: plane.install, policy, grants: await plane.proposals.inForce() };
    },
    renewLease: async ({ epoch }) => {
      await plane.registry.renew(epoch);
      return {};
    },
    appendEvents: async ({ events }, { peer }) => {
      for (const { type } of events) assertMayWrite(peer, type);
      // Whoever writes signs with the name it proved, not with the one it gives.
      await plane.ledger.append(events.map((event) => ({ ...event, actor: peer })));
      plane.gatherer.note(events);
      return { recorded: events.length };
    },
    appendTimeline: async ({ run, bodies, key }) => {
      await plane.timeline.append(
        run,
        bodies.map((body, index) => ({
          body: words.timelineBody(body),
          key: key === undefined ? undefined : `${key}/${index}`,
        })),
      );
      return {};
    },
    showDraft: ({ run, ...part }) => ({ length: plane.drafts.write(run, part) }),
    requestApproval: ({ action, digest, ...terms }) => plane.approvals.request(action, digest, terms),
    consumeApproval: ({ approval, digest }) => plane.approvals.consume(approval, digest),
    readApproval: ({ approval }) => plane.approvalStore.read(approval),
    awaitApproval: ({ approval }, { signal }) => plane.approvals.awaitEnd(approval, signal),
    makeProposal: (asked) => plane.proposals.ask(asked),
    listRunProposals: async ({ run }) => ({ proposals: [...(await plane.proposalStore.listOf(run))] }),
    awaitProposal: ({ run, proposal, seconds }, { signal }) => plane.proposals.awaitEnd(run, proposal, seconds, signal),
    reportUnknownStep: (lost) => plane.unknownSteps.report({ ...lost, explanation: words.sentence(lost.explanation) }),
    awaitVerdict: ({ run, step }, { signal }) => plane.unknownSteps.awaitVerdict(run, step, signal),
    listOpenRuns: async () => ({ runs: [...(await plane.runStore.open())] }),
    readRun: ({ run }) => plane.runStore.read(run),
    readManifest: async ({ run }) => ({ text: await plane.runStore.manifest(run) }),
    updateRun: async ({ run, ...progress }) => {
      await plane.runs.update(run, { ...progress, outcome: words.outcome(progress.state, progress.outcome) });
      return {};
    },
    readSession: async ({ session }) => ({
      // The column was written from a checked BlobId by saveConversation.
      runs: (await plane.runStore.session(session)).map(({ run, conversation }) => ({
        run,
        conversation: conversation as BlobId | null,
      })),
    }),
    saveConversation: async ({ run, blob }) => {
      await plane.runStore.saveConversation(run, blob);
      return {};
    },
    writeBlob: async ({ run, text }) => ({ blob: await plane.blobs.write(run, text) }),
    readBlob: async ({ blob }) => ({ text: await plane.blobs.read(blob) }),
    reserve: (taking) => plane.counters.reserve(taking),
  };
}
