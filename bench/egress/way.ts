/** One way to the server. */
export interface Way {
  readonly name: string;
  readonly port: number;
  /** The authority that the proxy is asked for: its host in the policy of the bench. */
  readonly authority: string;
  /** `direct`: the server's own protocol; `absolute`: a request to a proxy; `tunnel`: CONNECT first. */
  readonly ask: 'direct' | 'absolute' | 'tunnel';
  /** What the proxy wants to be told by whoever asks it, as user and password. */
  readonly credentials?: string;
  /** TLS to whatever is behind, and who vouches for it. Null: in the clear. */
  readonly tls: { readonly ca: string; readonly protocol: 'http/1.1' | 'h2' } | null;
  /** The process of the proxy; nothing where there is none. */
  readonly pid?: number | undefined;
}

/** The field that a proxy is told them in; nothing where it wants none. */
export function proxyCredentials({ credentials }: Way): string {
  return credentials === undefined
    ? ''
    : `Proxy-Authorization: Basic ${Buffer.from(credentials).toString('base64')}\r\n`;
}

/** A connection that asks for the same thing again and again. */
export interface Caller {
  /** Resolves when the whole answer has come. */
  ask(): Promise<void>;
  end(): void;
  /** When the other side ended it. */
  readonly closed: Promise<void>;
}
