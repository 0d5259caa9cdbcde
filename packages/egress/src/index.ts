export type { PinList, ToolDescription, ToolPins } from './answers/tool-pins.ts';
export type { CallingProgram, Connection } from './caller/calling-program.ts';
export { addressFault } from './capture/refused-addresses.ts';
export { type AwsKey, signRequest } from './credentials/aws/signature.ts';
export { type BindingResult, type CompiledBinding, compileBinding } from './credentials/binding.ts';
export {
  type CredentialDesk,
  type CredentialUse,
  type CredentialValue,
  emptyDesk,
  type HeldCredential,
} from './credentials/desk.ts';
export { coreOf, findPlaceholders, newPlaceholder } from './credentials/placeholder.ts';
export type { EgressFinding } from './detection/finding.ts';
export type { CompanyProxy } from './dial/company-proxy.ts';
export {
  type CheckedAddresses,
  createDialler,
  type Dialler,
  type DiallerOptions,
  type Opened,
  type RefusedAddress,
} from './dial/dialler.ts';
export { type Resolver, systemResolver } from './dial/resolver.ts';
export { type Connect, type Route, writeRoute } from './dial/route.ts';
export { secure } from './dial/secure.ts';
export { createServiceTable, type Reserved, type ServiceTable, type ServiceTableOptions } from './dial/services.ts';
export { type AddressPool, createNameTable, type NameTable } from './dns/name-table.ts';
export { createEgress, type Egress, type EgressOptions, type NameDesk } from './egress.ts';
export type {
  Admission,
  BodyNeeds,
  CanonicalRequest,
  Decided,
  EgressHooks,
  EgressRecord,
  Identity,
  Meter,
} from './hooks.ts';
export { defaultLimits, type EgressLimits } from './limits.ts';
export {
  type LocalHandler,
  type LocalRequest,
  type LocalResponse,
  localHosts,
} from './local/local-door.ts';
export type { Attachment, Listener } from './proxy/attachment.ts';
export { type Target, urlOf } from './target/target.ts';
export { loadCertificateAuthority } from './tls/authority-folder.ts';
export type { CertificateAuthority } from './tls/certificate-authority.ts';
export { sandboxBundle, trustContext, trustedRoots } from './tls/trust.ts';
export type { Fault } from './wire/fault.ts';
