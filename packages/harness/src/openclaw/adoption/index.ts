// A door of its own: who reads an OpenClaw of somebody else starts none.
export {
  configurationCharacters,
  isUnreadable,
  type OpenClawConfiguration,
  readConfiguration,
} from './configuration.ts';
export { type Danger, dangersIn } from './dangers.ts';
export { type AdoptedIdentity, identityOf, type NotTaken, notTakenOf } from './not-taken.ts';
export { type FoundSecret, secretsIn, secretsInProfiles, secretsInVariables } from './secrets.ts';
export { nowhere } from './services.ts';
