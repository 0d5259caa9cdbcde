import { isIPv4 } from 'node:net';

/** An IPv4 address as one number, the first part in its highest byte; 0, which is no address of a connection, for others. */
export function ipv4Number(address: string): number {
  if (!isIPv4(address)) return 0;
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}
