export type { Assignment, Harness, ProgramEvent, Start } from './harness.ts';
export { type HarnessName, harnessNames, harnessOf } from './harnesses.ts';
export { ProgramListener } from './listener.ts';
export {
  type ProgramManifest,
  parseProgramManifest,
  programArgumentsSchema,
  programManifestSchema,
} from './program-manifest.ts';
export { type MeantCall, meaningOf, type ToolMeaning } from './tool-meaning.ts';
