import { type Route, writeRoute } from '../dial/route.ts';
import type { Upstream } from './upstream.ts';

/** Methods that change nothing (RFC 9110, 9.2.1): a request that may be lost on a stale connection is sent again. */
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * The upstream connection of a client's last request, kept for its next one. Only safe requests without a body go over a
 * kept connection: nothing is ever sent twice that has an effect, and no server can take the rest of a body for a
 * request that was not decided. It belongs to one client connection, so sandboxes share nothing.
 */
export class SpareUpstream {
  #kept: { readonly upstream: Upstream; readonly key: string } | undefined;

  /** True when a request of this kind may use a connection that was used before, or leave one behind. */
  static fits(method: string, hasBody: boolean): boolean {
    return safeMethods.has(method) && !hasBody;
  }

  /** The kept connection, when it leads where one of these routes does and the server said nothing since. */
  take(routes: readonly Route[], scheme: string, host: string): Upstream | undefined {
    const kept = this.#kept;
    this.#kept = undefined;
    if (kept === undefined) return undefined;
    const { reader, address } = kept.upstream;
    const leads = kept.key === keyOf(scheme, host) && routes.some((route) => writeRoute(route) === address);
    if (leads && reader.held.length === 0 && !reader.ended) return kept.upstream;
    kept.upstream.socket.destroy();
    return undefined;
  }

  keep(upstream: Upstream, scheme: string, host: string): void {
    this.close();
    this.#kept = { upstream, key: keyOf(scheme, host) };
  }

  close(): void {
    this.#kept?.upstream.socket.destroy();
    this.#kept = undefined;
  }
}

function keyOf(scheme: string, host: string): string {
  return `${scheme}://${host}`;
}
