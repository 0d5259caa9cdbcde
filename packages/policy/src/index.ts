export { type AddressClass, addressClasses, classifyAddress } from './address.ts';
export { type Bundle, type BundleSources, compileBundle } from './bundle.ts';
export { checkPolicy, type PolicyReport } from './check.ts';
export { type Compiled, compile, type LayerProblem } from './compile.ts';
export { type CounterWindow, counterWindow } from './counter.ts';
export { decide } from './decide.ts';
export {
  type Destinations,
  type DestinationValue,
  needsBody,
  type RequestContent,
  readDestinations,
  type UnreadableCode,
} from './destination.ts';
export { describeQuestion, refusal, remedyOf, sentence } from './explain.ts';
export { type FileRules, fileRules, namedHosts } from './file-rules.ts';
export { type HostResult, normaliseHost } from './host.ts';
export type { LayerName, Layers } from './layer.ts';
export { type Loaded, loadPolicy } from './load.ts';
export { normalisePath, type PathResult } from './path.ts';
export { hardBlock } from './platform.ts';
export type { Problem } from './problem.ts';
export { type RequestTerms, requestTerms } from './request-terms.ts';
export type { Snapshot } from './snapshot.ts';
export { normaliseUrl, type UrlResult } from './url.ts';
