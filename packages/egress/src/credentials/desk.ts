import type { Identity } from '../hooks.ts';
import type { Fault } from '../wire/fault.ts';
import type { CompiledBinding } from './binding.ts';

/** A credential as one run holds it: by a placeholder. */
export interface HeldCredential {
  readonly name: string;
  /** All of the placeholder, with its prefix. */
  readonly placeholder: string;
  readonly binding: CompiledBinding;
}

/** What is filled in. */
export type CredentialValue =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'aws';
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly sessionToken: string | undefined;
    };

/** Where a credential goes. */
export interface CredentialUse {
  readonly name: string;
  /** As its binding writes it. */
  readonly place: string;
  readonly host: string;
  readonly method: string;
  /** With neutral text in place of placeholders. */
  readonly path: string;
}

/** What the supervisor does for the exchange of credentials. */
export interface CredentialDesk {
  /** The credential that a placeholder stands for in this run; undefined for those of other runs, and of ended ones. */
  readonly find: (identity: Identity, core: string) => HeldCredential | undefined;
  /** Whether this run holds anything at all. */
  readonly holdsAny: (identity: Identity) => boolean;
  /** Records a use durably, before it leaves. When it throws, nothing leaves. */
  readonly record: (identity: Identity, uses: readonly CredentialUse[]) => Promise<void>;
  /** Its value at this moment. */
  readonly obtain: (identity: Identity, name: string) => Promise<CredentialValue | Fault>;
  /** A placeholder was aimed at something else than its binding: a finding. Must not throw. */
  readonly misused: (identity: Identity, text: string) => void;
  /** Every secret text that was filled in for this run so far: none of it may come back. */
  readonly secrets: (identity: Identity) => readonly string[];
}

/** For a proxy without credentials: a placeholder stands for nothing. */
export const emptyDesk: CredentialDesk = Object.freeze({
  find: () => undefined,
  holdsAny: () => false,
  record: () => Promise.reject(new Error('there are no credentials')),
  obtain: () => Promise.reject(new Error('there are no credentials')),
  misused: () => undefined,
  secrets: () => [],
});
