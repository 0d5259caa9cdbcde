import type { CredentialValue, Fault } from '@clawhold/egress';
import type { RunId } from '@clawhold/spec';

/** Where the value of a credential comes from at the moment it is filled in. */
export interface ValueSource {
  current(run: RunId): Promise<CredentialValue | Fault>;
  /** Forgets what it holds for this run, or for all of them, when nothing more is on its way for it. */
  forget(run?: RunId): Promise<void>;
  /** Ends a token at whoever gave it; rejects when that did not work. Undefined where nobody can. */
  readonly revoke: ((token: string) => Promise<void>) | undefined;
  /** The same for what new tokens are asked for with, when that is a token itself. */
  readonly revokeGrant: (() => Promise<void>) | undefined;
}

/** What sources need of the world. */
export interface SourceWorld {
  readonly call: TokenCall;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A request to whoever gives out tokens. */
export interface TokenRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface TokenAnswer {
  readonly status: number;
  readonly body: string;
}

/** Sends one over TLS, to a public address only, and follows no redirect. Rejects when nobody answers in time. */
export type TokenCall = (request: TokenRequest) => Promise<TokenAnswer>;

/** A value that ends. */
export interface Issued {
  readonly value: CredentialValue;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** Whoever gives out values that end. */
export interface Issuer {
  /** Rejects when there is no new value. */
  issue(): Promise<Issued>;
  readonly revoke?: NonNullable<ValueSource['revoke']> | undefined;
  readonly revokeGrant?: NonNullable<ValueSource['revokeGrant']> | undefined;
  /** Each token can be ended by itself, so that each run gets one of its own. Default: they share one. */
  readonly isForOneRun?: boolean;
}
