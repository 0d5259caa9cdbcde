export { checkPolicy, findingsOf, type PolicyFinding, type PolicyReport } from './check/check.ts';
export { type Bundle, type BundleSources, compileBundle } from './compile/bundle.ts';
export { type Compiled, compile, type LayerProblem } from './compile/compile.ts';
export { withGrants } from './compile/grants.ts';
export type { NamedModelServer } from './compile/model-servers.ts';
export type { Snapshot } from './compile/snapshot.ts';
export { approversOf, isEnough } from './decide/approvers.ts';
export { meterReason } from './decide/budgets.ts';
export { type CounterOwner, type CounterWindow, counterOwner, counterWindow, grantCounter } from './decide/counter.ts';
export { decide } from './decide/decide.ts';
export { describeMessage } from './decide/describe-message.ts';
export { describeQuestion, refusal, remedyOf, sentence } from './decide/explain.ts';
export { type FileRules, fileRules, isSecretTool, namedHosts, secretContents } from './decide/file-rules.ts';
export { isMediaTypeIn } from './decide/media-type.ts';
export { modelRoute } from './decide/model-route.ts';
export { hardBlock } from './decide/platform.ts';
export { type CountedTokens, costOf, priceOf } from './decide/prices.ts';
export { type RequestTerms, requestTerms, takenOut } from './decide/request-terms.ts';
export type { Change } from './diff/change.ts';
export { diffPolicies } from './diff/diff.ts';
export { compileDraft, type Draft } from './draft/compile-draft.ts';
export { type DraftPolicy, draftPolicy } from './draft/draft-policy.ts';
export { type Explanation, explainQuestion } from './explain/explain-question.ts';
export { type UrlQuestion, urlQuestion } from './explain/url-question.ts';
export { type ClosedPolicy, closePolicy, type NamedSource, type PolicyLibrary } from './extends/close-policy.ts';
export { needsTenant } from './extends/preset-tenant.ts';
export { type PolicyStore, type ResolvedPolicy, resolveExtends } from './extends/resolve-extends.ts';
export { accesses } from './files/access-list.ts';
export type { AccessChange, FilesDiff } from './files/diff-files.ts';
export { explainPath, type PathExplanation } from './files/explain-path.ts';
export type { TaskSecrets } from './files/task-secrets.ts';
export { type AddressClass, addressClasses, classifyAddress } from './host/address.ts';
export { type HostResult, normaliseHost } from './host/host.ts';
export type { ImportNote } from './import/conversion.ts';
export { type ImportedPolicy, type ImportFormat, importFormats, importPolicy } from './import/import-policy.ts';
export type { ImportOptions } from './import/openshell.ts';
export { type Difference, differences } from './load/differences.ts';
export type { LayerName, Layers } from './load/layer.ts';
export { type Loaded, loadPolicy } from './load/load.ts';
export type { Problem } from './load/problem.ts';
export { loadPolicyTest, type PolicyTest } from './policy-test/policy-test.ts';
export { type PolicyTestReport, type PolicyTestResult, runPolicyTest } from './policy-test/run-policy-test.ts';
export { addNetworkPolicy } from './proposals/add-policy.ts';
export { type AttemptGroup, type AttemptKind, Attempts } from './proposals/attempts.ts';
export {
  type GoverningPolicy,
  type GrantPolicy,
  grantDigest,
  grantOpens,
  grantPolicy,
} from './proposals/grant-policy.ts';
export { type Novelty, noveltyOf } from './proposals/novelty.ts';
export { type Proposal, type Proposals, proposeRules } from './proposals/propose.ts';
export { type Claim, claimSentence } from './prove/claim.ts';
export { explore, type Proof, prove } from './prove/prove.ts';
export { isNarrowed } from './reach/narrowed.ts';
export { isReachable } from './reach/reachable.ts';
export {
  type Destinations,
  type DestinationValue,
  needsBody,
  type RequestContent,
  readDestinations,
  type UnreadableCode,
} from './request/destination.ts';
export { normalisePath, type PathResult } from './request/path.ts';
export { isPartedTwoWays } from './request/query-key.ts';
export { compileSite, type SiteMatcher, type SiteResult } from './request/site.ts';
export { foldKey, type JsonResult, parseStrictJson } from './request/strict-json.ts';
export { normaliseUrl, type UrlResult } from './request/url.ts';
export { bodyOfLine } from './simulate/recorded-text.ts';
export { joinReports, type SimulationReport } from './simulate/report.ts';
export { Simulation } from './simulate/simulation.ts';
export { ordinaryData } from './space/request-space.ts';
