import { isIP, isIPv4 } from 'node:net';

/** The 4 or 16 bytes of an address literal in canonical spelling; undefined when it is a name. */
export function parseIPAddress(host: string): Uint8Array | undefined {
  if (isIPv4(host)) return Uint8Array.from(host.split('.'), Number);
  if (isIP(host) === 0) return undefined;
  const [head = '', tail] = host.split('::');
  const before = groups(head);
  const after = groups(tail ?? '');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return Uint8Array.from([...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]));
}

function groups(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
