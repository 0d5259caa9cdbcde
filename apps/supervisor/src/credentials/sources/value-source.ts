import type { CredentialValue, Fault } from '@clawhold/egress';

/** Where the value of a credential comes from at the moment it is filled in. */
export interface ValueSource {
  current(): Promise<CredentialValue | Fault>;
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
