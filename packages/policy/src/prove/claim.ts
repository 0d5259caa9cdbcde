import type { Label } from '@clawhold/spec';
import type { Snapshot } from '../compile/snapshot.ts';

/** Something that is to hold for every request whatever. A person's agreement is no part of it: what asks does not pass. */
export type Claim =
  /** No request reaches a link-local address, where clouds hand out credentials, or a name of that place. */
  | { readonly kind: 'link_local' }
  /** No connection passes unread to a host and port where the policy exchanges a credential. */
  | { readonly kind: 'inspection_bypass' }
  /** A credential of this provider goes to these hosts only: names and patterns as a rule has them, or `**`, which is every host. */
  | { readonly kind: 'credential_reach'; readonly provider: string; readonly hosts: readonly string[] }
  /** Nothing passes that did not pass under the policy before. */
  | { readonly kind: 'growth'; readonly before: Snapshot }
  /** Data with this label does not reach a host; the same. */
  | {
      readonly kind: 'label_reach';
      readonly data: Pick<Label, 'integrity' | 'confidentiality'>;
      readonly host: string;
    };

/** The claim as a sentence that is true when it was proved. */
export function claimSentence(claim: Claim): string {
  switch (claim.kind) {
    case 'link_local':
      return 'No request reaches a link-local address or a metadata service.';
    case 'inspection_bypass':
      return 'No bytes pass unread to a place where a credential is exchanged.';
    case 'credential_reach':
      return `The credential of ${claim.provider} goes to ${claim.hosts.join(', ')} only.`;
    case 'growth':
      return 'Nothing passes that did not pass before.';
    case 'label_reach':
      return `Data that is ${claim.data.confidentiality} and of ${claim.data.integrity} origin does not reach ${claim.host} unless a person agrees.`;
    default:
      return claim satisfies never;
  }
}
