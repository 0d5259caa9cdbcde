import type { ExactValues } from '@clawhold/detect';
import type { Decision, EgressQuestion, Label, MiddlewareContent, Reason, RunId, SandboxId } from '@clawhold/spec';
import type { ToolPins } from './answers/tool-pins.ts';
import type { CallingProgram, Connection } from './caller/calling-program.ts';
import type { CredentialDesk } from './credentials/desk.ts';
import type { EgressFinding } from './detection/finding.ts';
import type { LocalHandler } from './local/local-door.ts';

/** Whose listener a connection came in on. One listener set per sandbox is the sandbox's identity, exact and free. */
export interface Identity {
  readonly run: RunId;
  readonly sandbox: SandboxId;
  readonly agent: string;
  /** The program at the other end of this connection; undefined when it cannot be found. Absent for a whole sandbox. */
  readonly program?: () => Promise<CallingProgram | undefined>;
}

/** What the decision on a request needs to know beyond its head. */
export interface BodyNeeds {
  /** JSON pointers (RFC 6901) into the body, or `query:<key>`: what the policy calls destinations. */
  readonly pointers: readonly string[];
  /** A single-use grant may exist for exactly this request: its digest is wanted. */
  readonly digestBody: boolean;
  /** What is taken out of it before anything is decided. Default: nothing. */
  readonly takenOut?: readonly MiddlewareContent[];
  /** What was decided, where nothing more has to be known: then it is not asked again. Default: it is to be asked. */
  readonly decision?: Decision;
}

/** A request as it will leave, for the digest by which a grant is found. */
export interface CanonicalRequest {
  readonly method: string;
  readonly url: string;
  /** Lower-case names, sorted: the end-to-end fields that will be sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** SHA-256 of the body, hexadecimal; of nothing when there is none. */
  readonly bodyDigest: string;
}

/** A question with its answer, before anything happened. */
export interface Decided {
  readonly identity: Identity;
  readonly question: EgressQuestion;
  readonly decision: Decision;
  /** `address:port` that will be dialled, `service:<name>`, or null when nothing will be. */
  readonly address: string | null;
}

/**
 * Takes bytes from what budgets leave, before they leave. All of them or none: then it gives the reason, and what waits
 * stays.
 */
export type Meter = (bytes: number) => Promise<Reason | undefined>;

/**
 * Whether what was decided may go ahead. A lost reservation or a spent grant is a refusal with its reason. With a meter
 * the head and the body of the request, or what a tunnel carries out, is taken from it.
 */
export type Admission =
  | { readonly kind: 'go'; readonly meter?: Meter | undefined }
  | { readonly kind: 'refused'; readonly reason: Reason };

/** What became of one request or tunnel, or of bytes that were neither. */
export interface EgressRecord {
  readonly identity: Identity;
  /** Null when no request could be read. */
  readonly question: EgressQuestion | null;
  readonly decision: Decision | null;
  /**
   * A method, `CONNECT`, `TCP` for a captured connection, `UDP` for datagrams to an address that is not known, `DNS` for a
   * name that is not, or `-`.
   */
  readonly method: string;
  /** Normalised; `host:port` of a tunnel; empty when no request could be read. */
  readonly url: string;
  /** `refused` by a decision; `failed` upstream; `malformed` by the client; `cut` by a cap or a lost connection. */
  readonly outcome: 'answered' | 'refused' | 'failed' | 'malformed' | 'cut';
  /** The status that the sandbox got, or that gRPC's own stands for; null when it got none. */
  readonly status: number | null;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** The code of the fault, when there was one. */
  readonly fault: string | null;
}

/** What the supervisor does for the proxy. */
export interface EgressHooks {
  /** Asked with a question that has no parameters yet. */
  readonly inspect: (question: EgressQuestion) => BodyNeeds;
  readonly decide: (question: EgressQuestion) => Decision | Promise<Decision>;
  /** Whether a rule about this host and port is for certain programs only. */
  readonly needsProgram: (identity: Identity, host: string, port: number) => boolean;
  /** Finds the program at the other end of a connection. Asked once for a connection, before anything of it leaves. */
  readonly programOf: (identity: Identity, connection: Connection) => Promise<CallingProgram | undefined>;
  /** Whether a name is known to a sandbox: the policy of this moment could let it through to that host, on some port. */
  readonly isReachable: (identity: Identity, host: string) => boolean;
  /**
   * What the policy of this moment says, whatever is spent or granted. Asked about what is under way when the policy or the
   * label of a sandbox changed; when it throws, the answer is no.
   *
   * @param isLeaving whether more of it can still leave.
   */
  readonly reconsider: (question: EgressQuestion, isLeaving: boolean) => Decision;
  /**
   * Called for every decision and awaited before its effect: it writes what must be durable, takes reservations and
   * consumes grants. When it throws, nothing leaves.
   */
  readonly before: (decided: Decided) => Admission | Promise<Admission>;
  /** Puts an `ask` before a person and returns the proposal's id at once; null when it cannot be proposed. */
  readonly propose: (decided: Decided) => string | null | Promise<string | null>;
  /** Told afterwards, once for each request, tunnel or malformed input. Must not throw. */
  readonly observe: (record: EgressRecord) => void;
  /** The label of a value that was found in a request of this sandbox. Gets the whole value. */
  readonly labelOf: (identity: Identity, value: string) => Label;
  /** The label of whatever else leaves: the join of all that the sandbox could have read. */
  readonly dataLabel: (identity: Identity) => Label;
  /** What leaves with nothing of this sandbox, whatever the policy says; undefined when there is no such value. */
  readonly guarded: (identity: Identity) => ExactValues | undefined;
  /** Told when something that must not pass was recognised, and before whoever sent it is. Must not throw. */
  readonly found: (finding: EgressFinding) => void;
  /** The digest of the canonical request (`packages/approvals`). */
  readonly requestDigest: (request: CanonicalRequest) => string;
  /** Exchanges the placeholders of a run for its credentials. */
  readonly credentials: CredentialDesk;
  /** The descriptions of MCP tools that the installation trusts. */
  readonly toolPins: ToolPins;
  /** Answers what is sent to `inference.local`. */
  readonly inference: LocalHandler;
  /** Answers what is sent to `policy.local`. */
  readonly policy: LocalHandler;
}
