export type { ControlUi } from './control-ui.ts';
export type { ConversationProtocol, ConversationWire, WireEvent } from './conversation.ts';
export type { Assignment, Harness, ProgramEvent, Start } from './harness.ts';
export { type HarnessName, harnessNames, harnessOf } from './harnesses.ts';
export { commandInside, isInstalled, placeInside } from './installation/installed-harness.ts';
export { ProgramListener } from './listener.ts';
export { type McpServer, type McpServers, mcpServerOf } from './mcp-server.ts';
export type { Memory } from './memory.ts';
export {
  configurationFolder,
  type Hands,
  type Mind,
  type RemoteAnswer,
  type RemoteCall,
  remoteShellAddress,
  remoteShellFolder,
  skillsFolder,
  talkCommand,
} from './mind.ts';
export { programArgumentsSchema } from './program-arguments.ts';
export {
  isProgramManifest,
  type ProgramManifest,
  parseProgramManifest,
} from './program-manifest.ts';
export { remoteShell } from './remote-shell.ts';
export { readSkillHead, type SkillHead } from './skill-head.ts';
export { type MeantCall, meaningOf, type ToolMeaning } from './tool-meaning.ts';
