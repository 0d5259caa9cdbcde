import type { Endpoint, PolicyDocument } from '@clawhold/spec';
import { hardBlock } from '../decide/platform.ts';
import { compileHostPattern } from '../host/host-pattern.ts';
import { portsOf, protocolOf } from '../load/endpoint-protocol.ts';
import { isEveryName, opensEverything } from './opens-everything.ts';
import { sharedDomain } from './shared-domains.ts';
import { unmatchablePattern } from './unmatchable-path.ts';
import type { WarningFinding } from './warning.ts';

type Path = readonly (string | number)[];

/** Endpoints that open more than their author may have had in mind, and those that open nothing at all. */
export function placeWarnings(endpoint: Endpoint, path: Path): readonly WarningFinding[] {
  const hosts = compileHostPattern(endpoint.host);
  if (hosts.kind === 'refused') return [];
  const exact = hosts.patterns.filter(({ glob }) => glob === null);
  const isWide = exact.length < hosts.patterns.length;
  const found: WarningFinding[] = hosts.patterns.flatMap(({ source }) => {
    // What is blocked by the end of a name is blocked whatever stands for the wildcard.
    const blocked = hardBlock(source.replaceAll(/[*?]+/g, 'x'));
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
      path: [...path, keyOfRules(endpoint)],
      message: 'Everything is open at every host of this wildcard.',
      fix: 'Name what is needed, or the hosts.',
    });
  const strangers = opensUnasked(endpoint) ? hosts.patterns.flatMap((host) => sharedDomain(host) ?? []) : [];
  if (strangers[0] !== undefined)
    found.push({
      kind: 'over_broad',
      path: [...path, 'host'],
      message: `Anybody can have a name below ${strangers[0]}, so this wildcard is open to strangers too.`,
      fix: 'Spell out the names that are yours.',
    });
  const pattern = endpoint.path === undefined ? undefined : unmatchablePattern(endpoint.path, endpoint);
  if (pattern !== undefined) found.push({ ...pattern, path: [...path, 'path'] });
  return [...found, ...upgradeWarnings(endpoint, path)];
}

function keyOfRules({ access, rules, tools }: Endpoint): 'access' | 'rules' | 'tools' | 'mcp' {
  if (access !== undefined) return 'access';
  if (rules !== undefined) return 'rules';
  return tools === undefined ? 'mcp' : 'tools';
}

/** Whether anything goes there that nobody is asked about. */
function opensUnasked({ access, rules, tools, mcp }: Endpoint): boolean {
  if (rules === undefined && tools === undefined) return true;
  if (access !== undefined || mcp?.allow_all_known_mcp_methods === true) return true;
  return (rules ?? []).some(({ allow }) => allow !== undefined) || (tools ?? []).some(({ allow }) => allow === true);
}

/** Rules about messages over a WebSocket that nobody can open. */
function upgradeWarnings(endpoint: Endpoint, path: Path): readonly WarningFinding[] {
  const { rules = [], access } = endpoint;
  if (protocolOf(endpoint) !== 'websocket' || access !== undefined) return [];
  const opens = rules.some(({ allow, ask }) => /^(?:GET|\*)$/i.test((allow ?? ask)?.method ?? ''));
  if (opens) return [];
  return [
    {
      kind: 'dead',
      path: [...path, 'rules'],
      message: 'A WebSocket is opened with GET, which no rule here lets through, so none of its messages is ever sent.',
      fix: 'Add `allow: { method: GET, path: … }`.',
    },
  ];
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
    if (!isAllow || !isEveryName([rule.match]) || rule.effect !== undefined) return [];
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
