import type { SecureContext } from 'node:tls';
import type { Dialler } from '../dial/dialler.ts';
import type { ServiceTable } from '../dial/services.ts';
import type { Shares } from '../fairness/shares.ts';
import type { EgressHooks } from '../hooks.ts';
import type { EgressLimits } from '../limits.ts';
import type { CertificateAuthority } from '../tls/certificate-authority.ts';
import type { UnderWayTable } from './under-way.ts';

/** What every connection of the proxy works with. */
export interface ProxyContext {
  readonly hooks: EgressHooks;
  readonly limits: EgressLimits;
  readonly authority: CertificateAuthority;
  readonly dialler: Dialler;
  readonly services: ServiceTable;
  /** Whom the proxy believes when it speaks TLS to a host. */
  readonly trust: SecureContext;
  /** What sandboxes share. */
  readonly shares: Shares;
  /** What goes on under decisions of the past. */
  readonly underWay: UnderWayTable;
}
