import { type Decision, type EgressQuestion, type Inspector, noUsage } from '@clawhold/spec';
import type { Snapshot } from '../compile/snapshot.ts';
import { decide } from '../decide/decide.ts';
import { compileHostPattern } from '../host/host-pattern.ts';
import { endpointSites } from '../space/endpoint-site.ts';
import type { Claim } from './claim.ts';
import { everyHost } from './claim-hosts.ts';
import { exchangesCredential } from './sight.ts';
import { isLinkLocal } from './vocabulary.ts';

/** Whether this very question breaks the claim, by what `decide` says about it: the judge of every counterexample. */
export function breaks(claim: Claim, question: EgressQuestion, snapshot: Snapshot, now: number): boolean {
  const decision = decide(question, snapshot, noUsage, now);
  if (!passes(question, decision)) return false;
  switch (claim.kind) {
    case 'link_local':
      return isLinkLocal(question.host);
    case 'inspection_bypass':
      return question.operation === undefined && exchangesAt(question, snapshot);
    case 'credential_reach':
      return (
        decision.obligations.some((owed) => owed.kind === 'credential' && owed.provider === claim.provider) &&
        !claim.hosts.some((host) => matchesHost(host, question.host))
      );
    case 'growth':
      return !passes(question, decide(question, claim.before, noUsage, now));
    case 'label_reach':
      return (
        matchesHost(claim.host, question.host) &&
        question.data.confidentiality === claim.data.confidentiality &&
        question.data.integrity === claim.data.integrity
      );
    default:
      return claim satisfies never;
  }
}

/** Goes out without asking anybody. What must be read first, a connection or a request with messages, does not by itself. */
function passes({ operation }: EgressQuestion, { kind, obligations }: Decision): boolean {
  if (kind !== 'allow') return false;
  return !obligations.some((owed) => owed.kind === 'inspect' && (operation === undefined || !isUpgrade(owed.protocol)));
}

/** The upgrade to a WebSocket is sent before any of its messages is read. */
function isUpgrade(inspector: Inspector): boolean {
  return inspector === 'websocket' || inspector === 'graphql-websocket';
}

function exchangesAt({ host, port }: EgressQuestion, snapshot: Snapshot): boolean {
  return endpointSites([snapshot]).some(
    (site) =>
      exchangesCredential(site.endpoint) &&
      site.ports.includes(port) &&
      site.hosts.some((pattern) => matchesHost(pattern, host)),
  );
}

function matchesHost(pattern: string, host: string): boolean {
  if (pattern === everyHost) return true;
  const compiled = compileHostPattern(pattern);
  if (compiled.kind === 'refused') return false;
  return compiled.patterns.some(({ glob, source }) => (glob === null ? source === host : glob.matches(host)));
}
