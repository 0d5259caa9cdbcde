import type { EgressHooks, Identity } from '../hooks.ts';
import type { Target } from '../target/target.ts';

/** A request to a name of the platform's own, parsed, its body streaming. Iterating the body throws when the client broke it off. */
export interface LocalRequest {
  readonly method: string;
  /** Normalised path; the query, when there is one, follows after `?`. */
  readonly path: string;
  /** Lower-case names; framing and hop-by-hop fields are gone. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
  /** Aborted when the client went away. */
  readonly signal: AbortSignal;
}

export interface LocalResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Answers in place of a server, with the identity that the listener proves. */
export type LocalHandler = (request: LocalRequest, identity: Identity) => Promise<LocalResponse>;

/** Names that are answered here, each by its hook. They are never resolved and never dialled. */
const doors: ReadonlyMap<string, 'inference' | 'policy'> = new Map([
  ['inference.local', 'inference'],
  ['policy.local', 'policy'],
]);

/** The names that are answered here, for whoever gives them an address inside a sandbox. */
export const localHosts: readonly string[] = [...doors.keys()];

export function isLocal({ host }: Pick<Target, 'host'>): boolean {
  return doors.has(host);
}

/** Who answers for a name; undefined for every name that is somebody else's. */
export function localDoor(hooks: Pick<EgressHooks, 'inference' | 'policy'>, host: string): LocalHandler | undefined {
  const hook = doors.get(host);
  return hook === undefined ? undefined : hooks[hook];
}
