import { ClawholdError } from '@clawhold/spec';
import type { Visitor, Visitors } from '../launcher/visitors.ts';
import { type Claim, claimFor, claimGroup, ownerLabel, podOf, readClaim, sandboxGroup } from './claim.ts';
import { type ClusterAddress, ClusterApi, isObject } from './cluster-api.ts';

export interface ClaimsOptions {
  readonly cluster: ClusterAddress;
  readonly namespace: string;
  /** The warm pool whose pods wait on this node. */
  readonly pool: string;
  /** Names this supervisor among those of the namespace; a valid value of a label. */
  readonly owner: string;
}

/** Pods of a warm pool, one for each sandbox, through claims. */
export class SandboxClaims implements Visitors {
  readonly #options: ClaimsOptions;
  readonly #api: ClusterApi;
  readonly #claims: string;
  #swept: Promise<void> | undefined;

  constructor(options: ClaimsOptions) {
    this.#options = options;
    this.#api = new ClusterApi(options.cluster);
    this.#claims = `/apis/${claimGroup}/namespaces/${options.namespace}/sandboxclaims`;
  }

  async take(sandbox: string): Promise<Visitor> {
    // Tried again when it failed.
    this.#swept ??= this.#sweep().catch((error: unknown) => {
      this.#swept = undefined;
      throw error;
    });
    await this.#swept;
    const { pool, owner } = this.#options;
    const made = readClaim(await this.#api.call('POST', this.#claims, claimFor({ pool, owner, sandbox })));
    if (made === undefined) throw refused('no claim was made');
    const watched = new AbortController();
    const release = async (): Promise<void> => {
      watched.abort();
      await this.#api.call('DELETE', `${this.#claims}/${made.name}`).catch(() => undefined);
    };
    try {
      const events = this.#follow(made, watched.signal);
      const name = await this.#pod(events);
      return { name, gone: end(events), release };
    } catch (error) {
      await release();
      throw error;
    }
  }

  /** A supervisor that was killed has taken its sandboxes along, and left its claims. */
  async #sweep(): Promise<void> {
    const mine = `${this.#claims}?labelSelector=${encodeURIComponent(`${ownerLabel}=${this.#options.owner}`)}`;
    const list = await this.#api.call('GET', mine);
    const items = isObject(list) && Array.isArray(list['items']) ? list['items'] : [];
    for (const claim of items.map(readClaim))
      if (claim !== undefined) await this.#api.call('DELETE', `${this.#claims}/${claim.name}`);
  }

  async #pod(events: AsyncGenerator<Claim>): Promise<string> {
    for (let next = await events.next(); next.done !== true; next = await events.next()) {
      const { sandbox, ended } = next.value;
      if (ended !== undefined) throw refused(`its pod ended (${ended})`);
      if (sandbox === undefined) continue;
      const path = `/apis/${sandboxGroup}/namespaces/${this.#options.namespace}/sandboxes/${sandbox}`;
      const pod = podOf(await this.#api.call('GET', path));
      if (pod === undefined) throw refused('its sandbox has no pod');
      return pod;
    }
    throw refused('its claim was deleted');
  }

  /** Every state of a claim from `made` on; ends when it is deleted, or nobody wants to know any more. */
  async *#follow(made: Claim, signal: AbortSignal): AsyncGenerator<Claim> {
    const selector = `fieldSelector=${encodeURIComponent(`metadata.name=${made.name}`)}`;
    for (let { version } = made; ; ) {
      const path = `${this.#claims}?watch=true&${selector}&resourceVersion=${version}`;
      // A server ends each watch after a while; the next goes on where it ended.
      for await (const { type, object } of this.#api.watch(path, signal)) {
        const claim = readClaim(object);
        if (type === 'DELETED') return;
        if (type === 'ERROR' || claim === undefined)
          throw refused('the cluster does not say any more what becomes of it');
        version = claim.version;
        yield claim;
      }
      if (signal.aborted) return;
    }
  }
}

async function end(events: AsyncGenerator<Claim>): Promise<string> {
  try {
    for (let next = await events.next(); next.done !== true; next = await events.next())
      if (next.value.ended !== undefined) return `its pod ended (${next.value.ended})`;
    return 'its claim was deleted';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function refused(why: string): ClawholdError {
  return new ClawholdError('sandbox_engine_failed', `Kubernetes could not give a pod to the sandbox: ${why}.`, {
    hint: 'Look at `kubectl --namespace clawhold get sandboxclaims,sandboxes,pods`, and compare with deploy/kubernetes.',
  });
}
