/** Reads `192.0.2.1`, exactly: four decimal numbers to 255, no leading zeros, nothing else. */
export function parseIpv4(text: string): bigint | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  let value = 0n;
  for (const part of match.slice(1)) {
    if (Number(part) > 255 || (part.length > 1 && part.startsWith('0'))) return undefined;
    value = (value << 8n) | BigInt(part);
  }
  return value;
}

export interface Ipv6 {
  readonly value: bigint;
  /** RFC 5952: lower case, no leading zeros, the longest run of zero groups as `::`. Never with dots. */
  readonly canonical: string;
}

/** Reads an IPv6 address of RFC 4291 in any of its spellings, without brackets or zone. */
export function parseIpv6(text: string): Ipv6 | undefined {
  if (text.length > 45 || !/^[0-9a-fA-F:.]+$/.test(text)) return undefined;
  const halves = withoutDots(text)?.split('::');
  if (halves === undefined || halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  const numbers = groups.map((group) => Number.parseInt(group, 16));
  return {
    value: numbers.reduce((value, group) => (value << 16n) | BigInt(group), 0n),
    canonical: canonical(numbers),
  };
}

/** `::ffff:192.0.2.1` as `::ffff:c000:201`. */
function withoutDots(text: string): string | undefined {
  if (!text.includes('.')) return text;
  const colon = text.lastIndexOf(':');
  const four = parseIpv4(text.slice(colon + 1));
  if (colon === -1 || four === undefined) return undefined;
  return `${text.slice(0, colon + 1)}${(four >> 16n).toString(16)}:${(four & 0xffffn).toString(16)}`;
}

function canonical(groups: readonly number[]): string {
  const text = groups.map((group) => group.toString(16)).join(':');
  let longest = '';
  for (const [run] of text.matchAll(/(?<![0-9a-f])0(?::0)+(?![0-9a-f])/g))
    if (run.length > longest.length) longest = run;
  if (longest === '') return text;
  const at = text.search(new RegExp(`(?<![0-9a-f])${longest}(?![0-9a-f])`));
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + longest.length).replace(/^:/, '')}`;
}
