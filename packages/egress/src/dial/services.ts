import { realpath } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import type { Reason, Service } from '@clawhold/spec';
import type { Identity } from '../hooks.ts';
import { type Fault, fault } from '../wire/fault.ts';
import type { Soon } from '../wire/soon.ts';
import type { Route } from './route.ts';

/** What the platform keeps for itself, even from an operator's ceiling. */
export interface Reserved {
  /** Ports on 127.0.0.1: the gateway's, and whatever else of ours listens. */
  readonly ports: readonly number[];
  /** Folders whose sockets are ours: channels between our processes, the database. */
  readonly folders: readonly string[];
}

/** A service that is not there, or that is the platform itself. */
export interface RefusedService {
  readonly kind: 'refused';
  readonly reason: Reason;
}

/** The only way to something on this machine. */
export interface ServiceTable {
  /**
   * Where a service listens, checked at this moment: a symbolic link may have moved since the last time.
   *
   * @param identity who asks: some services are one run's own.
   */
  locate(name: string, identity: Identity): Soon<Route | RefusedService | Fault>;
}

/** The ceiling's `services:`, the same for everybody. */
export interface NamedServices {
  locate(name: string): Soon<Route | RefusedService | Fault>;
}

export interface ServiceTableOptions {
  /** Called for each request, so that a published policy holds from the next one on. */
  readonly services: () => Readonly<Record<string, Service>>;
  /** Relative socket paths start here. */
  readonly folder: string;
  readonly reserved: Reserved;
}

export function createServiceTable({ services, folder, reserved }: ServiceTableOptions): NamedServices {
  return {
    locate(name) {
      const table = services();
      const service = Object.hasOwn(table, name) ? table[name] : undefined;
      if (service === undefined) return refused(`There is no service "${name}".`);
      if (service.port !== undefined) {
        if (reserved.ports.includes(service.port))
          return refused(`The service "${name}" is a port of Clawhold itself.`);
        return { kind: 'service', name, port: service.port };
      }
      if (service.socket === undefined) return refused(`The service "${name}" has no address.`);
      return locateSocket(name, resolve(folder, service.socket), reserved);
    },
  };
}

async function locateSocket(
  name: string,
  socket: string,
  { folders }: Reserved,
): Promise<Route | RefusedService | Fault> {
  const path = await trueOf(socket);
  if (path === undefined) return fault('service_down', `The service "${name}" is not running.`, 502);
  const own = await Promise.all(folders.map(async (one) => (await trueOf(one)) ?? one));
  if (own.some((reservedFolder) => path === reservedFolder || path.startsWith(reservedFolder + sep)))
    return refused(`The service "${name}" is a socket of Clawhold itself.`);
  return { kind: 'service', name, socket: path };
}

/** The path without symbolic links, so that what is checked is what is opened; undefined when nothing is there. */
async function trueOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch {
    return undefined;
  }
}

function refused(text: string): RefusedService {
  return { kind: 'refused', reason: { code: 'hard_block', text } };
}
