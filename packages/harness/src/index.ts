export type { Assignment, Harness, Start } from './harness.ts';
export { type HarnessName, harnessNames, harnessOf } from './harnesses.ts';
export {
  type ProgramManifest,
  parseProgramManifest,
  programArgumentsSchema,
  programManifestSchema,
} from './program-manifest.ts';
export { meaningOf, type ToolMeaning } from './tool-meaning.ts';
