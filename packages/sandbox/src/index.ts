export type { Attestation, IsolationTier } from './attestation.ts';
export { capturedAddresses, captureListener } from './capture.ts';
export type { Command, CommandEnd, CommandOutput, CommandResult, RunningCommand } from './command.ts';
export type { DriverAbilities, JobResult, SandboxDriver } from './driver.ts';
export type { AcceptedConnection, Holder } from './holder.ts';
export { attachLauncher } from './launcher/attach.ts';
export { defaultFirstHostId, type LauncherDriver, type LauncherOptions } from './launcher/driver.ts';
export { KeptOutput } from './launcher/kept-output.ts';
export { type SpawnLauncherOptions, spawnLauncher } from './launcher/spawn.ts';
export type {
  ListenerRequest,
  RefusedDatagram,
  RenewedView,
  Sandbox,
  SandboxEnd,
  SandboxLimits,
  SandboxListener,
  SandboxRequest,
  SandboxUsage,
} from './sandbox.ts';
export {
  beginRun,
  type ChangeContent,
  type ChangesResult,
  type DiffOptions,
  decodePath,
  diffTree,
  diffViews,
  discardChanges,
  dropLayers,
  type EncodedPath,
  emptyFolder,
  encodePath,
  hasNewChanges,
  type KeepSelection,
  keepChanges,
  maskTaskFolder,
  measureView,
  mergeLayers,
  mostLayers,
  pathsWrittenAs,
  readChange,
  recoverChanges,
  type ShownChange,
  sealChanges,
  type TaskFolderView,
  type TreeDiff,
  undoChanges,
  type ViewLayers,
  type ViewUsage,
} from './tree/index.ts';
