import { limits } from '@clawhold/spec';

/** Addresses that are in no network and stand for names, for one sandbox. */
export interface NameTable {
  /**
   * The address that stands for a host, always the same one. Undefined when all are given out: an address is never given
   * to a second host, because a program may still hold it, and means the first.
   */
  addressOf(host: string): string | undefined;
  /** The host that an address was given to. */
  hostOf(address: string): string | undefined;
}

export interface AddressPool {
  /** The first two numbers; the other two are free. */
  readonly prefix: string;
  /** How many addresses there are. */
  readonly count: number;
}

/** @param most hosts that get an address. Default: `limits.sandboxNames`. */
export function createNameTable({ prefix, count }: AddressPool, most: number = limits.sandboxNames): NameTable {
  const addresses = new Map<string, string>();
  const hosts = new Map<string, string>();
  return {
    addressOf(host) {
      const known = addresses.get(host);
      if (known !== undefined) return known;
      // The first address of a network is its name, and is left out.
      const number = addresses.size + 1;
      if (number > most || number >= count) return undefined;
      const address = `${prefix}.${number >> 8}.${number & 0xff}`;
      addresses.set(host, address);
      hosts.set(address, host);
      return address;
    },
    hostOf: (address) => hosts.get(address),
  };
}
