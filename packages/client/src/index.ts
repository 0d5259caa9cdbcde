export { type ApiClient, type ApiClientOptions, createApiClient } from './api-client.ts';
export { type Draft, type DraftPart, joinDraft } from './draft.ts';
export type { FollowOptions, ServerEvent } from './events.ts';
export { ApiProblem, Unreachable } from './problem.ts';
export type {
  AgentSkill,
  AgentSnapshot,
  Approval,
  AttestedSandbox,
  Checkpoint,
  ContentDiff,
  FileChange,
  FileOutcome,
  LedgerEntry,
  LedgerHead,
  Model,
  NewCredentialSource,
  Proposal,
  ReadSkill,
  Run,
  Status,
  TimelineEntry,
  ToolPin,
  ToolPinEntry,
  UnknownStep,
} from './resources.ts';
