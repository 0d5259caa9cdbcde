export {
  actionDigest,
  bodyDigest,
  canonicalBytes,
  type GrantedRequest,
  matchAction,
  parseCanonicalBytes,
  requestDigest,
} from './action-digest.ts';
export { type AttestationClaim, isAttestationSigned, signAttestation } from './attestation-signature.ts';
export { type CanonicalResult, canonicalJson } from './canonical-json.ts';
export { hostWarning } from './host-warning.ts';
export { type RenderedAction, type RenderedField, renderAction } from './render-action.ts';
export { type ShownText, shown, visible } from './visible-text.ts';
