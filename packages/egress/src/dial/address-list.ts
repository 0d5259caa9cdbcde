import { BlockList, isIP } from 'node:net';

/**
 * Whether an address literal is one of these, or lies in one of these CIDR blocks (`93.184.216.0/24`). An entry that is
 * neither matches nothing; policies with one do not load.
 */
export function isAmong(address: string, entries: readonly string[]): boolean {
  const family = familyOf(address);
  return family !== undefined && entries.some((entry) => contains(entry, address, family));
}

function contains(entry: string, address: string, family: 'ipv4' | 'ipv6'): boolean {
  const [network = '', length, ...rest] = entry.split('/');
  // Compared within a family only: a block of mapped addresses must not take in an IPv4 address.
  if (familyOf(network) !== family || rest.length > 0) return false;
  const block = new BlockList();
  if (length === undefined) block.addAddress(network, family);
  else if (/^\d{1,3}$/.test(length) && Number(length) <= (family === 'ipv4' ? 32 : 128))
    block.addSubnet(network, Number(length), family);
  return block.check(address, family);
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const family = isIP(address);
  return family === 0 ? undefined : family === 4 ? 'ipv4' : 'ipv6';
}
