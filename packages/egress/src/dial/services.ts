import { realpath } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { Reason, Service } from '@clawhold/spec';
import type { Route } from './route.ts';

/** What the platform keeps for itself, even from an operator's ceiling. */
export interface Reserved {
  /** Ports on 127.0.0.1: the gateway's, and whatever else of ours listens. */
  readonly ports: readonly number[];
  /** Folders whose sockets are ours: channels between our processes, the database. */
  readonly folders: readonly string[];
}

/** The ceiling's `services:`, the only way to something on this machine. */
export interface ServiceTable {
  /** Where a service listens, checked at this moment: a symbolic link may have moved since the last time. */
  locate(name: string): Promise<Route | { readonly kind: 'refused'; readonly reason: Reason }>;
}

export interface ServiceTableOptions {
  /** Called for each request, so that a published policy holds from the next one on. */
  readonly services: () => Readonly<Record<string, Service>>;
  /** Relative socket paths start here. */
  readonly folder: string;
  readonly reserved: Reserved;
}

export function createServiceTable({ services, folder, reserved }: ServiceTableOptions): ServiceTable {
  return {
    async locate(name) {
      const table = services();
      const service = Object.hasOwn(table, name) ? table[name] : undefined;
      if (service === undefined) return refused(`There is no service "${name}".`);
      if (service.port !== undefined) {
        if (reserved.ports.includes(service.port))
          return refused(`The service "${name}" is a port of Clawhold itself.`);
        return { kind: 'service', name, port: service.port };
      }
      if (service.socket === undefined) return refused(`The service "${name}" has no address.`);
      const path = await followLinks(resolve(folder, service.socket));
      const own = await Promise.all(reserved.folders.map(followLinks));
      if (own.some((reservedFolder) => path === reservedFolder || path.startsWith(reservedFolder + sep)))
        return refused(`The service "${name}" is a socket of Clawhold itself.`);
      return { kind: 'service', name, socket: path };
    },
  };
}

/** The true path; for what is not there yet, that of the nearest folder that is. */
async function followLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await followLinks(parent), path.slice(parent.length));
  }
}

function refused(text: string): { readonly kind: 'refused'; readonly reason: Reason } {
  return { kind: 'refused', reason: { code: 'hard_block', text } };
}
