export {
  type ActionPreview,
  actionPreview,
  defaultPlaces,
  type Prepared,
  type PreparedCall,
  prepareCall,
  sandboxScripts,
  toolDeclarations,
} from './prepare.ts';
export { type CommandResult, failureOf, type SandboxCommand, textOf } from './sandbox-command.ts';
export type {
  BrowserFiles,
  OutputOrigin,
  ToolDeclaration,
  ToolParameter,
  ToolPlaces,
  ToolPlan,
  ToolRequest,
  ToolResult,
} from './tool.ts';
export { wireName } from './wire-name.ts';
