import type { SandboxId } from '@clawhold/spec';
import { createRefusedAddresses } from './capture/refused-addresses.ts';
import { watchedNames } from './detection/watched-names.ts';
import type { CompanyProxy } from './dial/company-proxy.ts';
import { createDialler } from './dial/dialler.ts';
import { rememberNames } from './dial/name-memory.ts';
import type { Resolver } from './dial/resolver.ts';
import type { ServiceTable } from './dial/services.ts';
import { type NameListeners, serveNames } from './dns/name-server.ts';
import type { NameTable } from './dns/name-table.ts';
import { createPolicyResolver } from './dns/policy-resolver.ts';
import { createShares } from './fairness/shares.ts';
import type { EgressHooks, Identity } from './hooks.ts';
import { defaultLimits, type EgressLimits } from './limits.ts';
import { type Attachment, attach, type Listener, type Slots } from './proxy/attachment.ts';
import type { ProxyContext } from './proxy/context.ts';
import { createSlots } from './proxy/slots.ts';
import { createUnderWayTable } from './proxy/under-way.ts';
import type { CertificateAuthority } from './tls/certificate-authority.ts';
import { trustContext } from './tls/trust.ts';

export interface EgressOptions {
  readonly authority: CertificateAuthority;
  /** `systemResolver()` in the product. Whatever it answers is checked: it cannot open anything. */
  readonly resolve: Resolver;
  readonly services: ServiceTable;
  /** Default: the network is reached directly. */
  readonly companyProxy?: CompanyProxy | undefined;
  /** Whom to believe when dialling, PEM: `trustedRoots()` in the product. */
  readonly roots: readonly string[];
  readonly hooks: EgressHooks;
  /** Default: {@link defaultLimits}, each for itself. */
  readonly limits?: Partial<EgressLimits>;
}

/** Where one sandbox asks for names. */
export interface NameDesk extends NameListeners {
  readonly identity: Identity;
  /** The same one as of its `capture` listener; undefined when there is none. */
  readonly names: NameTable | undefined;
  /** Hosts that have an address of their own. */
  readonly fixed: Readonly<Record<string, string>>;
}

/** The policy proxy of one supervisor, serving many sandboxes. */
export interface Egress {
  /** Serves a listener that was made in a sandbox's namespace. All connections on it are that sandbox's. */
  attach(listener: Listener): Attachment;
  /** Answers the names that the policy could let a sandbox through to; all others do not exist. */
  attachNames(desk: NameDesk): Attachment;
  /** Whom to tell of datagrams that the network of a sandbox refused, with their destination as `address:port`. */
  refusedDatagrams(identity: Identity): (place: string) => void;
  /**
   * The policy changed: tunnels and requests under way that it no longer allows as they are, are cut before this returns;
   * every other one lives on. Returns how many were cut.
   */
  reconsider(): number;
  /** Closes every attachment. */
  close(): void;
}

/** The only way out of a sandbox (architecture/egress.md). There is no option that relaxes the check of addresses. */
export function createEgress(options: EgressOptions): Egress {
  const limits = { ...defaultLimits, ...options.limits };
  const context: ProxyContext = {
    hooks: options.hooks,
    limits,
    authority: options.authority,
    dialler: createDialler({
      resolve: rememberNames(options.resolve),
      seconds: limits.dialSeconds,
      proxy: options.companyProxy,
    }),
    services: options.services,
    trust: trustContext(options.roots),
    shares: createShares(limits),
    underWay: createUnderWayTable(options.hooks.reconsider),
  };
  const attachments = new Set<Attachment>();
  const slots = new Map<SandboxId, { readonly slots: Slots; uses: number }>();

  function slotsOf(sandbox: SandboxId): { readonly slots: Slots; uses: number } {
    const known = slots.get(sandbox) ?? { slots: createSlots(context.limits.connections), uses: 0 };
    slots.set(sandbox, known);
    return known;
  }

  function keep(inner: Attachment): Attachment {
    const attachment: Attachment = {
      close: () => {
        if (attachments.delete(attachment)) inner.close();
      },
    };
    attachments.add(attachment);
    return attachment;
  }

  return {
    attachNames({ identity, names, fixed, ...listeners }) {
      const resolve = createPolicyResolver({
        names,
        fixed,
        isReachable: (host) => options.hooks.isReachable(identity, host),
        onRefused: watchedNames(options.hooks, identity),
      });
      return keep(serveNames(listeners, resolve));
    },
    attach(listener) {
      const { sandbox } = listener.identity;
      const shared = slotsOf(sandbox);
      shared.uses++;
      const inner = attach(context, listener, shared.slots);
      return keep({
        close() {
          inner.close();
          shared.uses--;
          if (shared.uses === 0) slots.delete(sandbox);
        },
      });
    },
    refusedDatagrams: (identity) => createRefusedAddresses(identity, options.hooks.observe, 'UDP'),
    reconsider: () => context.underWay.reconsider(),
    close() {
      for (const attachment of attachments) attachment.close();
    },
  };
}
