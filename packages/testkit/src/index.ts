export { builtPrograms, launcherBinary } from './built.ts';
export { compileProgram } from './c-program.ts';
export { cloneDatabase, type TestDatabase } from './clone-database.ts';
export { copyPackage } from './copy-package.ts';
export { guestKernel } from './guest-kernel.ts';
export { machineFolder } from './machine-folder.ts';
export { type Manifest, readManifests } from './manifests.ts';
export { type OrdinaryUser, ordinaryUser } from './ordinary-user.ts';
export { type ProcessFacts, processTree, stillAlive } from './process-tree.ts';
export {
  makeProductPlace,
  type Product,
  type ProductPlace,
  type ProductPlaceOptions,
  startProduct,
} from './product.ts';
export { programWorks } from './program-works.ts';
export { type Requirement, readRequirements, repositoryRoot } from './requirements.ts';
export { scale } from './scale.ts';
export {
  makeTemporaryFolder,
  type TemporaryFolder,
  type TemporaryFolderOptions,
  temporaryFolder,
} from './temporary-folder.ts';
export {
  type CommandResult,
  inTestNetwork,
  startTestNetwork,
  type TestNetwork,
  type TestNetworkOptions,
} from './test-network.ts';
export { verifies } from './verifies.ts';
