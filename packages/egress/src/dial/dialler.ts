import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import { classifyAddress } from '@clawhold/policy';
import type { Reason, SandboxId } from '@clawhold/spec';
import { type Fault, fault } from '../wire/fault.ts';
import { type Soon, whenThere } from '../wire/soon.ts';
import { isAmong } from './address-list.ts';
import { type CompanyProxy, openThrough } from './company-proxy.ts';
import { maximumAddresses, type Names } from './name-memory.ts';
import { type Connect, connectRoute, type Route } from './route.ts';

/** The addresses of a host, every one of them public, in the order in which they are tried. */
export interface CheckedAddresses {
  readonly kind: 'addresses';
  readonly addresses: readonly string[];
}

/** A host that may not be dialled, whatever a policy says. */
export interface RefusedAddress {
  readonly kind: 'refused';
  readonly reason: Reason;
}

export interface Dialler {
  /**
   * Resolves a normalised host and checks every answer. One answer that is not public refuses the name: a name that
   * points outside and inside at once is how DNS rebinding begins, and which answer is dialled is chance.
   *
   * @param allowed lists of addresses and CIDR blocks: every answer lies in each list. Default: no further demand.
   */
  check(
    host: string,
    sandbox: SandboxId,
    allowed?: readonly (readonly string[])[],
  ): Soon<CheckedAddresses | RefusedAddress | Fault>;
  /** Opens a connection to one of these routes, in order; the first that answers. Nothing is resolved here. */
  open(routes: readonly Route[]): Promise<Opened | Fault>;
}

export interface Opened {
  readonly kind: 'opened';
  readonly socket: Socket;
  readonly route: Route;
}

export interface DiallerOptions {
  readonly resolve: Names;
  /** Seconds for the lookup, and again for all attempts to connect. */
  readonly seconds: number;
  /** Through which everything but the ceiling's services goes out. Default: directly. */
  readonly proxy?: CompanyProxy | undefined;
  /** Opens sockets. Default: the network. Tests of this package pass their own; `createEgress` has no such option. */
  readonly connect?: Connect;
}

/** Some hosts have dozens of addresses; four attempts are enough. */
const maximumAttempts = 4;

export function createDialler({ resolve, seconds, proxy, connect = connectRoute }: DiallerOptions): Dialler {
  return {
    check(host, sandbox, allowed = []) {
      const found = isIP(host) === 0 ? lookUp(host, sandbox) : [host];
      return whenThere(found, (answer) => ('kind' in answer ? answer : checked(host, answer, allowed)));
    },

    async open(routes) {
      const deadline = Date.now() + seconds * 1_000;
      let failure = unreachable;
      for (const route of routes) {
        const left = deadline - Date.now();
        const opened =
          proxy === undefined || route.kind === 'service'
            ? await attempt(connect(route), left)
            : await openThrough(proxy, route, Math.max(1, left));
        if (!('kind' in opened)) return { kind: 'opened', socket: opened, route };
        failure = opened;
        if (Date.now() >= deadline) break;
      }
      return failure;
    },
  };

  function lookUp(host: string, sandbox: SandboxId): Soon<readonly string[] | Fault> {
    const found = resolve(host, sandbox);
    return found instanceof Promise ? inTime(found) : found;
  }

  async function inTime(found: Promise<readonly string[]>): Promise<readonly string[] | Fault> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Fault>((settle) => {
      timer = setTimeout(
        () => settle(fault('name_timeout', 'The name of the host was not resolved in time.', 504)),
        seconds * 1_000,
      );
    });
    const answer = found.then(
      (addresses) => (addresses.length === 0 ? unknownName : addresses),
      () => unknownName,
    );
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function checked(
  host: string,
  found: readonly string[],
  allowed: readonly (readonly string[])[],
): CheckedAddresses | RefusedAddress | Fault {
  if (found.length > maximumAddresses) return tooManyAddresses;
  for (const address of found) {
    const kind = classifyAddress(address);
    if (kind !== 'public') return { kind: 'refused', reason: notPublic(host, address, kind) };
  }
  for (const list of allowed) {
    const other = found.find((address) => !isAmong(address, list));
    if (other !== undefined) return { kind: 'refused', reason: notNamed(host, other) };
  }
  return { kind: 'addresses', addresses: found.slice(0, maximumAttempts) };
}

const tooManyAddresses: Fault = fault(
  'name_answers',
  'The name of the host has more addresses than are looked at.',
  502,
);
const unknownName: Fault = fault('name_unknown', 'The name of the host was not found.', 502);
const unreachable: Fault = fault('unreachable', 'The host could not be reached.', 502);
const tooSlow: Fault = fault('connect_timeout', 'The host did not answer in time.', 504);

function attempt(socket: Socket, milliseconds: number): Promise<Socket | Fault> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => finish(tooSlow), Math.max(1, milliseconds));
    const finish = (result: Socket | Fault): void => {
      clearTimeout(timer);
      socket.off('connect', connected);
      socket.off('close', closed);
      if ('kind' in result) socket.destroy();
      resolve(result);
    };
    const connected = (): void => finish(socket);
    const closed = (): void => finish(unreachable);
    socket.on('connect', connected);
    socket.on('close', closed);
    socket.on('error', ignore); // 'close' follows; and later errors must not end the process
  });
}

function ignore(): void {}

function notNamed(host: string, address: string): Reason {
  const subject = host === address ? address : `${host} points to ${address}, which`;
  return { code: 'hard_block', text: `${subject} is not among the addresses of this endpoint (\`allowed_ips\`).` };
}

function notPublic(host: string, address: string, kind: string): Reason {
  const subject = host === address ? address : `${host} points to ${address}, which`;
  return { code: 'hard_block', text: `${subject} is not a public address (${kind.replaceAll('_', ' ')}).` };
}
