import { domainToASCII, domainToUnicode } from 'node:url';
import { type AddressClass, classifyAddress } from './address.ts';
import { parseIpv4, parseIpv6 } from './address-parse.ts';
import { isPlainName } from './host-reading.ts';

export type HostResult =
  | {
      readonly kind: 'ok';
      /** Lower case, without trailing dot; an IPv6 address without brackets. */
      readonly host: string;
      /** What the address is when the host is an address literal, else null. */
      readonly address: AddressClass | null;
    }
  | { readonly kind: 'refused'; readonly reason: string };

/** RFC 1035 section 2.3.4. */
const maximumHostLength = 253;

/**
 * Writes a host as it is decided, dialled and sent. A name outside ASCII is written in its A-labels (RFC 5891) when it is
 * already in the one form that every program maps to itself. Refused are forms that two programs may read differently:
 * full-width letters and dots, letters that IDNA 2003 and 2008 map differently, A-labels that stand for no name, addresses in decimal, octal, hexadecimal or shortened spelling,
 * IPv6 that is not canonical (RFC 5952), zones, empty labels.
 *
 * @param text the host of a URL or of an authority, without port; IPv6 with or without brackets.
 */
export function normaliseHost(text: string): HostResult {
  if (isPlainName(text)) return { kind: 'ok', host: text, address: null };
  if (text.startsWith('[') || text.includes(':')) return normaliseIpv6(text);
  return /^[\x21-\x7e]*$/.test(text) ? normaliseName(text) : normaliseUnicode(text);
}

/** Characters that IDNA 2003 maps to others and IDNA 2008 keeps (UTS 46 section 6.3): two names for one text. */
const deviations = /[\u00df\u03c2\u200c\u200d]/;

function normaliseUnicode(text: string): HostResult {
  const lower = text.toLowerCase();
  const ascii = domainToASCII(lower);
  if (ascii === '' || deviations.test(lower) || domainToUnicode(ascii) !== lower)
    return refused('The host can be read as two different names; write it in its "xn--" form.');
  return normaliseName(ascii);
}

function normaliseName(text: string): HostResult {
  const host = (text.endsWith('.') ? text.slice(0, -1) : text).toLowerCase();
  if (host === '') return refused('The host is empty.');
  if (host.length > maximumHostLength) return refused(`The host is longer than ${maximumHostLength} characters.`);
  const labels = host.split('.');
  if (!labels.every((label) => /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/.test(label)))
    return refused(`"${host.slice(0, 80)}" is not a host name.`);
  if (host.includes('xn--') && (domainToASCII(host) !== host || domainToUnicode(host).includes('xn--')))
    return refused(`"${host.slice(0, 80)}" holds an "xn--" label that stands for no name.`);
  // A last label that is a number makes every browser read the whole as an IPv4 address (WHATWG URL, "ends in a number").
  if (!/^(?:\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '')) return { kind: 'ok', host, address: null };
  if (parseIpv4(text) === undefined)
    return refused(`"${host}" is an unusual spelling of an address; write four decimal numbers.`);
  return { kind: 'ok', host, address: classifyAddress(host) };
}

function normaliseIpv6(text: string): HostResult {
  const inner = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  const parsed = parseIpv6(inner);
  if (parsed === undefined) return refused('The host is not an IPv6 address that can be read in one way only.');
  if (parsed.canonical !== inner.toLowerCase()) return refused(`Write the address as [${parsed.canonical}].`);
  return { kind: 'ok', host: parsed.canonical, address: classifyAddress(parsed.canonical) };
}

function refused(reason: string): HostResult {
  return { kind: 'refused', reason };
}
