// A door of its own: the api reads manifests and runs no agent, so it must not load the model libraries.
export { type AgentManifest, type LoopManifest, parseAgentManifest } from './manifest.ts';
export { shippedManifest } from './shipped-agent.ts';
