export { type CanonicalAction, canonicalActionSchema } from './action.ts';
export { type AgentBudgets, agentBudgetsSchema } from './agent-budgets.ts';
export {
  type AgentChange,
  type AgentSnapshot,
  agentChangeSchema,
  agentNameSchema,
  agentSnapshotSchema,
} from './agent-change.ts';
export { type AgentSkill, agentSkillSchema, type ReadSkill, readSkillSchema, skillNameSchema } from './agent-skill.ts';
export { type Approval, type ApprovalState, approvalSchema, approvalStates } from './approval.ts';
export {
  type AttestedSandbox,
  attestedSandboxSchema,
  type LiveSandbox,
  liveSandboxSchema,
  type SideRole,
  sideRoleSchema,
} from './attested-sandbox.ts';
export {
  type Checkpoint,
  checkpointNameSchema,
  checkpointReferenceSchema,
  checkpointSchema,
} from './checkpoint.ts';
export { ClawholdError, type ClawholdErrorOptions, type ErrorCode } from './clawhold-error.ts';
export {
  type Credential,
  type CredentialBinding,
  type CredentialDefinition,
  type CredentialSource,
  credentialBindingSchema,
  credentialDefinitionSchema,
  credentialNameSchema,
  credentialSchema,
  credentialSourceSchema,
  type StandingToken,
  secretLength,
  standingTokenSchema,
  type WithdrawnCredential,
  withdrawnCredentialSchema,
} from './credential.ts';
export {
  type Approvers,
  approversSchema,
  type Caller,
  callerSchema,
  type Decision,
  decisionSchema,
  digestSchema,
  type EgressQuestion,
  egressQuestionSchema,
  type Grant,
  grantSchema,
  type InferenceQuestion,
  type Inspector,
  inferenceQuestionSchema,
  inspectors,
  noUsage,
  type Obligation,
  obligationSchema,
  type Parameter,
  type ProviderFeature,
  parameterSchema,
  providerFeatures,
  type Question,
  questionSchema,
  type Reason,
  type RuleReference,
  reasonSchema,
  ruleReferenceSchema,
  type ToolQuestion,
  toolQuestionSchema,
  type Usage,
} from './decision.ts';
export {
  type EventBody,
  type EventType,
  eventBodies,
  type LedgerEvent,
  ledgerEvent,
  ledgerEventSchema,
} from './event.ts';
export { type FileChange, type FileOutcome, fileChangeSchema, fileOutcomeSchema } from './file-change.ts';
export { type StagedFolder, withHostPaths } from './host-paths.ts';
export {
  type ApprovalId,
  type BlobId,
  formatId,
  type GrantId,
  type Id,
  type IdKind,
  type InstallId,
  id,
  idEntropyBytes,
  idPrefixes,
  type ProposalId,
  type RunId,
  type SandboxId,
  type SessionId,
  type StepId,
  type TurnId,
} from './ids.ts';
export {
  type Confidentiality,
  confidentialityLevels,
  type Integrity,
  integrityLevels,
  type Label,
  labelSchema,
  type Source,
  sourceSchema,
} from './label.ts';
export { type LimitName, limits } from './limits.ts';
export { mcpHost, mcpServerAt, mcpServerName } from './mcp-host.ts';
export { operatorName, personNameSchema } from './person.ts';
export { type PolicyDocument, policyDocumentSchema, presetFileSchema } from './policy/document.ts';
export {
  accessPresets,
  type Endpoint,
  endpointSchema,
  type ForbiddenContent,
  forbiddenContents,
  type NetworkPolicy,
  networkPolicySchema,
} from './policy/endpoint.ts';
export { type EndpointProtocol, endpointProtocols } from './policy/endpoint-protocol.ts';
export {
  type EndpointRule,
  type EndpointTool,
  endpointRuleSchema,
  endpointToolSchema,
} from './policy/endpoint-rule.ts';
export { type FlowRule, flowRuleSchema } from './policy/flow-rule.ts';
export { type GrantRule, grantRuleSchema } from './policy/grant-rule.ts';
export { inferenceSchema, type ModelPrice, type ModelServer, type Redaction, redactions } from './policy/inference.ts';
export { type LabelledContent, labelledContents } from './policy/labels.ts';
export {
  type MiddlewareContent,
  middlewareContents,
  middlewareSchema,
  middlewaresSchema,
} from './policy/middleware.ts';
export type { ProposalSettings } from './policy/proposal-settings.ts';
export { filesystemPolicySchema, landlockSchema, processSchema } from './policy/sandbox.ts';
export { type Service, serviceSchema } from './policy/service.ts';
export { operationTypes, type Patterns, type Target, targetSchema } from './policy/target.ts';
export { type ToolRule, toolRuleSchema } from './policy/tool-rule.ts';
export { fromProblem, type Problem, problemMediaType, problemSchema, toProblem } from './problem.ts';
export { processStart } from './process-start.ts';
export {
  type Opening,
  openingSchema,
  type Proposal,
  type ProposalKind,
  type ProposalState,
  proposalKinds,
  proposalSchema,
  proposalStates,
} from './proposal.ts';
export { apiRoutes, workerRoutes } from './protocol/api.ts';
export type { ManagerReport } from './protocol/manager-report.ts';
export { type StepOutcome, stepOutcomeSchema } from './protocol/outcome.ts';
export type { GrantsInForce, PolicySources } from './protocol/policy-sources.ts';
export { pulse } from './protocol/pulse.ts';
export { type PeerName, type Route, type RouteTable, route } from './protocol/route.ts';
export type { RunningManager } from './protocol/running-manager.ts';
export {
  type ApiStart,
  apiStartSchema,
  type Readiness,
  readinessSchema,
  type SupervisorStart,
  supervisorStartSchema,
  type WorkerStart,
  workerStartSchema,
} from './protocol/start.ts';
export { inferenceRunHeader, type Model, modelSchema, supervisorRoutes } from './protocol/supervisor.ts';
export { type Refusal, refusalSchema } from './refusal.ts';
export { type RequestMessage, requestMessageSchema } from './request-message.ts';
export {
  endedRunStates,
  type FileState,
  fileStates,
  type PlanItem,
  planItemSchema,
  type Run,
  type RunState,
  runSchema,
  runStates,
  type SelfCheck,
  selfChecks,
} from './run.ts';
export {
  isSandboxDriver,
  type SandboxDriverDeclaration,
  type SandboxDriverName,
  sandboxDrivers,
} from './sandbox-drivers.ts';
export {
  type FileAccess,
  isWithin,
  ordinaryFiles,
  type SandboxFiles,
  type ScratchFolder,
  scratchFolders,
  systemFolders,
} from './sandbox-files.ts';
export { type SecretFile, type SecretFileName, secretFileNameSchema, secretFileSchema } from './secret-file.ts';
export { shellWord } from './shell-word.ts';
export { specialFileSystem } from './special-folder.ts';
export { type SystemCallProfile, systemCallProfiles } from './system-calls.ts';
export { type TimelineBody, type TimelineEntry, timelineBodySchema, timelineEntrySchema } from './timeline.ts';
export {
  type BuiltInToolName,
  builtInToolNames,
  type Effect,
  effects,
  type Inverse,
  inverseSchema,
  type ParameterRole,
  parameterRoles,
  type ToolCall,
  toolCallSchema,
} from './tool.ts';
export {
  type PinnedTool,
  pinCommand,
  pinnedToolSchema,
  type StatedDescription,
  type ToolPin,
  type ToolPinEntry,
  toolPinEntrySchema,
  toolPinSchema,
} from './tool-pin.ts';
export {
  type UnknownStep,
  unknownStepSchema,
  type Verdict,
  verdictNoteCharacters,
  verdicts,
} from './unknown-step.ts';
