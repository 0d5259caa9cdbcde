import { parseIpv4, parseIpv6 } from './address-parse.ts';

/**
 * What an address is for. Only `public` may be dialled for a sandbox; everything else names the reason why not.
 * `translated` embeds an IPv4 address in an IPv6 one (mapped, compatible, 6to4, NAT64, Teredo), the usual way around a
 * check; `invalid` is no address, or one in a spelling that is not canonical.
 */
export const addressClasses = [
  'public',
  'loopback',
  'private',
  'shared',
  'link_local',
  'metadata',
  'multicast',
  'broadcast',
  'unspecified',
  'documentation',
  'benchmark',
  'translated',
  'reserved',
  'invalid',
] as const;
export type AddressClass = (typeof addressClasses)[number];

/** Addresses at which clouds give credentials to whoever asks. Some of them lie in public ranges. */
const metadataAddresses: ReadonlySet<string> = new Set([
  '169.254.169.254', // AWS, Azure, Google Cloud, OpenStack and most others
  '169.254.170.2', // AWS ECS task credentials
  '169.254.170.23', // AWS EKS pod identity
  '169.254.169.253', // AWS resolver
  '100.100.100.200', // Alibaba Cloud
  '168.63.129.16', // Azure wire server
  '192.0.0.192', // Oracle Cloud, historic
  'fd00:ec2::254', // AWS over IPv6
  'fd00:ec2::23', // AWS EKS over IPv6
  'fd20:ce::254', // Google Cloud over IPv6
]);

type Range = readonly [network: string, prefixLength: number, kind: AddressClass];

/** IANA IPv4 Special-Purpose Address Registry (RFC 6890 and updates). First match decides. */
const ipv4Ranges: readonly Range[] = [
  ['0.0.0.0', 8, 'unspecified'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'shared'],
  ['127.0.0.0', 8, 'loopback'],
  ['169.254.0.0', 16, 'link_local'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'reserved'],
  ['192.0.2.0', 24, 'documentation'],
  ['192.31.196.0', 24, 'reserved'],
  ['192.52.193.0', 24, 'reserved'],
  ['192.88.99.0', 24, 'reserved'],
  ['192.168.0.0', 16, 'private'],
  ['192.175.48.0', 24, 'reserved'],
  ['198.18.0.0', 15, 'benchmark'],
  ['198.51.100.0', 24, 'documentation'],
  ['203.0.113.0', 24, 'documentation'],
  ['224.0.0.0', 4, 'multicast'],
  ['255.255.255.255', 32, 'broadcast'],
  ['240.0.0.0', 4, 'reserved'],
];

/** IANA IPv6 Special-Purpose Address Registry; outside 2000::/3 nothing is public. First match decides. */
const ipv6Ranges: readonly Range[] = [
  ['::', 128, 'unspecified'],
  ['::1', 128, 'loopback'],
  ['::', 96, 'translated'],
  ['::ffff:0:0', 96, 'translated'],
  ['::ffff:0:0:0', 96, 'translated'],
  ['64:ff9b::', 96, 'translated'],
  ['64:ff9b:1::', 48, 'translated'],
  ['2001::', 32, 'translated'],
  ['2001:db8::', 32, 'documentation'],
  ['2001::', 23, 'reserved'],
  ['2002::', 16, 'translated'],
  ['3fff::', 20, 'documentation'],
  ['fc00::', 7, 'private'],
  ['fe80::', 10, 'link_local'],
  ['fec0::', 10, 'private'],
  ['ff00::', 8, 'multicast'],
  ['2000::', 3, 'public'],
  ['::', 0, 'reserved'],
];

interface CompiledRange {
  readonly network: bigint;
  readonly shift: bigint;
  readonly kind: AddressClass;
}

function compiled(
  ranges: readonly Range[],
  bits: number,
  parse: (text: string) => bigint | undefined,
): CompiledRange[] {
  return ranges.map(([network, length, kind]) => {
    const shift = BigInt(bits - length);
    return { network: (parse(network) ?? 0n) >> shift, shift, kind };
  });
}

const ipv4 = compiled(ipv4Ranges, 32, parseIpv4);
const ipv6 = compiled(ipv6Ranges, 128, (text) => parseIpv6(text)?.value);

/**
 * Says what an address literal is. IPv4 must be four decimal numbers without leading zeros, IPv6 the canonical form of
 * RFC 5952 without brackets or zone; every other spelling is `invalid`, because two parsers may read it differently.
 */
export function classifyAddress(address: string): AddressClass {
  if (metadataAddresses.has(address)) return 'metadata';
  const four = parseIpv4(address);
  if (four !== undefined) return find(ipv4, four) ?? 'public';
  const six = parseIpv6(address);
  if (six === undefined || six.canonical !== address) return 'invalid';
  return find(ipv6, six.value) ?? 'reserved';
}

function find(ranges: readonly CompiledRange[], value: bigint): AddressClass | undefined {
  return ranges.find(({ network, shift }) => value >> shift === network)?.kind;
}

/** Whether a text is an address that {@link classifyAddress} knows, or a block of such addresses: `93.184.215.0/24`. */
export function isAddressBlock(text: string): boolean {
  const [address = '', length, ...more] = text.split('/');
  if (classifyAddress(address) === 'invalid' || more.length > 0) return false;
  const longest = address.includes(':') ? 128 : 32;
  return length === undefined || (/^(?:0|[1-9]\d{0,2})$/.test(length) && Number(length) <= longest);
}
