import type { AgentService } from '../agents/agent-service.ts';
import type { ApprovalService } from '../approvals/approval-service.ts';
import type { ApprovalStore } from '../approvals/approval-store.ts';
import type { AuditReader } from '../audit/reader.ts';
import type { Recorder } from '../audit/recorder.ts';
import type { BlobStore } from '../blobs/blob-store.ts';
import type { CounterStore } from '../counters/counter-store.ts';
import type { CredentialService } from '../credentials/credential-service.ts';
import type { Drafts } from '../drafts/drafts.ts';
import type { FileService } from '../files/file-service.ts';
import type { SignIn } from '../identity/sign-in.ts';
import type { PersonStore } from '../people/person-store.ts';
import type { PolicyService } from '../policies/policy-service.ts';
import type { RunService } from '../runs/run-service.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { SupervisorClient } from '../supervisors/client.ts';
import type { SupervisorRegistry } from '../supervisors/registry.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { ToolPinService } from '../tool-pins/tool-pin-service.ts';
import type { UnknownStepService } from '../unknown-steps/unknown-step-service.ts';
import type { UnknownStepStore } from '../unknown-steps/unknown-step-store.ts';

/** Every room of the api process, put together once in `start.ts` and handed to its two faces: HTTP and channel. */
export interface ControlPlane {
  readonly install: `ins_${string}`;
  readonly version: string;
  readonly tier: string;
  readonly agents: AgentService;
  readonly approvalStore: ApprovalStore;
  readonly approvals: ApprovalService;
  readonly audit: AuditReader;
  readonly blobs: BlobStore;
  readonly counters: CounterStore;
  readonly credentials: CredentialService;
  readonly drafts: Drafts;
  readonly files: FileService;
  readonly ledger: Recorder;
  readonly people: PersonStore;
  readonly policies: PolicyService;
  readonly registry: SupervisorRegistry;
  readonly runStore: RunStore;
  readonly runs: RunService;
  readonly signIn: SignIn;
  readonly supervisor: SupervisorClient;
  readonly timeline: Timeline;
  readonly toolPins: ToolPinService;
  readonly unknownSteps: UnknownStepService;
  readonly unknownStepStore: UnknownStepStore;
}
