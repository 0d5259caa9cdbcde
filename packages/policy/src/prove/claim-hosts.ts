import { compileHostPattern } from '../host/host-pattern.ts';
import type { Claim } from './claim.ts';

/** In a claim: every host, addresses too. */
export const everyHost = '**';

/**
 * A claim with its hosts in normal form; or why it has none. What no host can be, such as an address with its scheme, would make
 * a claim that nothing breaks.
 */
export function readClaim(claim: Claim): Claim | string {
  switch (claim.kind) {
    case 'credential_reach': {
      const hosts = claim.hosts.map(readHost);
      const wrong = hosts.indexOf(undefined);
      return wrong < 0 ? { ...claim, hosts: hosts.flatMap((host) => host ?? []) } : notHosts(claim.hosts[wrong] ?? '');
    }
    case 'label_reach': {
      const host = readHost(claim.host);
      return host === undefined ? notHosts(claim.host) : { ...claim, host };
    }
    default:
      return claim;
  }
}

function readHost(text: string): string | undefined {
  if (text === everyHost) return text;
  const compiled = compileHostPattern(text);
  if (compiled.kind === 'refused') return undefined;
  const [first = '', ...others] = compiled.patterns.map(({ source }) => source);
  return others.length === 0 ? first : `{${[first, ...others].join(',')}}`;
}

function notHosts(text: string): string {
  return `"${text}" names no hosts as a rule would; write a name, a pattern such as *.example.com, or ** for all.`;
}
