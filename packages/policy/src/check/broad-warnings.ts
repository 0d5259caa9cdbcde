import type { Endpoint, PolicyDocument } from '@clawhold/spec';
import { hardBlock } from '../decide/platform.ts';
import { compileHostPattern } from '../host/host-pattern.ts';
import { portsOf, protocolOf } from '../load/endpoint-protocol.ts';
import type { WarningFinding } from './warning.ts';

type Path = readonly (string | number)[];

/** Endpoints that open more than their author may have had in mind, and those that open nothing at all. */
export function placeWarnings(endpoint: Endpoint, path: Path): readonly WarningFinding[] {
  const hosts = compileHostPattern(endpoint.host);
  if (hosts.kind === 'refused') return [];
  const exact = hosts.patterns.filter(({ glob }) => glob === null);
  const isWide = exact.length < hosts.patterns.length;
  const found: WarningFinding[] = exact.flatMap(({ source }) => {
    const blocked = hardBlock(source);
    if (blocked === undefined) return [];
    const message = `This endpoint can never open: ${blocked}`;
    return [
      {
        kind: 'dead',
        path: [...path, 'host'],
        message,
        fix: 'Name what is on this machine in `services` of the ceiling.',
      },
    ];
  });
  if (isWide && !portsOf(endpoint).includes(443))
    found.push({
      kind: 'over_broad',
      path: [...path, 'host'],
      message: 'A wildcard host on a port without TLS trusts whoever answers for the names.',
      fix: 'Spell the hosts out, or use port 443.',
    });
  if (isWide && protocolOf(endpoint) === 'tcp')
    found.push({
      kind: 'over_broad',
      path: [...path, 'host'],
      message: 'Bytes pass unread to every host of this wildcard.',
      fix: 'Spell the hosts out, or read the requests with `rules` or `access`.',
    });
  if (isWide && opensEverything(endpoint))
    found.push({
      kind: 'over_broad',
      path: [...path, endpoint.access === undefined ? 'rules' : 'access'],
      message: 'Every method is open on every path of every host of this wildcard.',
      fix: 'Name the methods and paths that are needed, or the hosts.',
    });
  return found;
}

function opensEverything({ access, rules = [] }: Endpoint): boolean {
  return (
    access === 'full' ||
    rules.some(({ allow }) => allow?.method === '*' && (allow.path === '/**' || allow.path === '**'))
  );
}

/** Lists of executables of which one is every executable, and commands that run unasked. */
export function documentBroadWarnings(document: PolicyDocument): readonly WarningFinding[] {
  const policies = Object.entries(document.network_policies ?? {}).flatMap(([name, { binaries = [] }]) => {
    const every = binaries.findIndex(({ path }) => path === '**' || path === '/**');
    if (every === -1 || binaries.length === 1) return [];
    return [
      {
        kind: 'over_broad' as const,
        path: ['network_policies', name, 'binaries', every],
        message: 'This is every executable, so the others in the list narrow nothing.',
        fix: 'Take it out, or take the list out.',
      },
    ];
  });
  const tools = (document.tools ?? []).flatMap((rule, index) => {
    const isAllow = (rule.decision ?? 'allow') === 'allow' && rule.where === undefined && rule.burst === undefined;
    if (!isAllow || !/^\*+$/.test(rule.match) || rule.effect !== undefined) return [];
    return [
      {
        kind: 'over_broad' as const,
        path: ['tools', index, 'match'],
        message: 'Every tool runs unasked, also what cannot be taken back.',
        fix: 'Name the tools.',
      },
    ];
  });
  return [...policies, ...tools];
}
