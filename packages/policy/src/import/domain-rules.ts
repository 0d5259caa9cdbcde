import type { Conversion, DraftEndpoint, Path } from './conversion.ts';
import { coversHost, type Domain } from './domain.ts';

export interface PlacedDomain extends Domain {
  readonly from: Path;
}

/** Ports that an allowed domain without a port opens here, where nothing opens all of them. */
const usualPorts = [443, 80] as const;

/**
 * Endpoints that open what is allowed, minus what is denied: a denied host below an allowed wildcard gets an endpoint of
 * its own, which decides because it is more specific and forbids every request.
 *
 * @param opened what an endpoint that opens says besides host and ports.
 */
export function domainEndpoints(
  allowed: readonly PlacedDomain[],
  denied: readonly Domain[],
  opened: Readonly<Record<string, unknown>>,
  conversion: Conversion,
): readonly DraftEndpoint[] {
  const endpoints: DraftEndpoint[] = [];
  const closed = new Map<string, Set<number>>();
  for (const { host, port, from } of allowed) {
    const wanted = port === null ? usualPorts : [port];
    const ports = wanted.filter((one) => !denied.some((deny) => reaches(deny, one) && coversHost(deny.host, host)));
    if (ports.length < wanted.length) conversion.left(from, `What is denied wins: ${host} is not opened where it is.`);
    if (ports.length === 0) continue;
    if (port === null)
      conversion.changed(
        from,
        `${host} was open on every port; here it is on ${ports.join(' and ')}. Add what you need.`,
      );
    endpoints.push({ value: { host, ports, ...opened }, from, conversion, unread: false });
    for (const deny of denied.filter((one) => coversHost(host, one.host)))
      for (const one of ports.filter((asked) => reaches(deny, asked)))
        closed.set(deny.host, (closed.get(deny.host) ?? new Set()).add(one));
  }
  for (const [host, ports] of closed)
    endpoints.push({ value: closedEndpoint(host, [...ports]), from: [], conversion, unread: false });
  return unique(endpoints);
}

function reaches({ port }: Domain, asked: number): boolean {
  return port === null || port === asked;
}

function closedEndpoint(host: string, ports: readonly number[]): Readonly<Record<string, unknown>> {
  return { host, ports, protocol: 'rest', access: 'read-only', deny_rules: [{ method: '*', path: '/**' }] };
}

/** One endpoint for each text: a domain that is listed twice is one. */
function unique(endpoints: readonly DraftEndpoint[]): readonly DraftEndpoint[] {
  return [...new Map(endpoints.map((endpoint) => [JSON.stringify(endpoint.value), endpoint])).values()];
}
