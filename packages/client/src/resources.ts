import type { components } from './generated/schema.ts';

type Schemas = components['schemas'];

/** Names for the resources of the API. */
export type Proposal = Schemas['Proposal'];
export type Run = Schemas['Run'];
export type Approval = Schemas['Approval'];
export type AgentSnapshot = Schemas['AgentSnapshot'];
export type AgentSkill = Schemas['AgentSkill'];
export type ReadSkill = Schemas['ReadSkill'];
export type Checkpoint = Schemas['Checkpoint'];
export type FileChange = Schemas['FileChange'];
export type FileOutcome = Schemas['FileOutcome'];
export type ContentDiff = Schemas['ContentDiff'];
export type TimelineEntry = Schemas['TimelineEntry'];
export type LedgerEntry = Schemas['LedgerEntry'];
export type LedgerHead = Schemas['LedgerHead'];
export type Model = Schemas['Model'];
export type Status = Schemas['Status'];
export type ToolPin = Schemas['ToolPin'];
export type AttestedSandbox = Schemas['AttestedSandbox'];
export type ToolPinEntry = Schemas['ToolPinEntry'];
export type UnknownStep = Schemas['UnknownStep'];
/** What a credential is, as the API takes it. */
export type NewCredentialSource = Schemas['NewCredential']['source'];
