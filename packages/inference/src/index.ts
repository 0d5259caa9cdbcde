export type { ToolResult } from './conversation.ts';
export type { InferenceRequest, InferenceResponse, ModelCaller, ProposalTreatment } from './exchange.ts';
export { createInference, type Inference } from './inference.ts';
export type { InferenceBounds, InferenceOptions, PersonsAnswer, UsageReport, Withheld } from './options.ts';
export type { Dial, DialTarget } from './provider/dial.ts';
export { environmentVariables } from './provider/environment.ts';
