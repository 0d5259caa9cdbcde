import type { GrantRule, PolicyDocument } from '@clawhold/spec';
import { findAmbiguities } from '../ambiguity/ambiguity.ts';
import { grantCounter } from '../decide/counter.ts';
import { documentFindings } from '../load/document-findings.ts';
import { Place } from '../load/place.ts';
import { compileNetwork } from './compile-network.ts';
import type { CompiledGrant, Snapshot } from './snapshot.ts';

/**
 * The same policy with these granted rules beside it, in the place of others that it had. The layers are not compiled
 * again. A rule that does not validate opens nothing.
 *
 * @param rules of the agent whose policy it is, in the order in which they are looked at.
 */
export function withGrants(snapshot: Snapshot, rules: readonly GrantRule[]): Snapshot {
  const { grant: _, ...documents } = snapshot.documents;
  const valid = rules.filter((rule) => compiledOnce(rule) !== null);
  const grants = valid.flatMap((rule) => compiledOnce(rule) ?? []);
  if (grants.length === 0) return Object.freeze({ ...snapshot, grants, documents });
  return Object.freeze({ ...snapshot, grants, documents: { ...documents, grant: documentOf(valid) } });
}

function documentOf(rules: readonly GrantRule[]): PolicyDocument {
  return { version: 1, network_policies: Object.fromEntries(rules.map(({ id, policy }) => [id, policy])) };
}

const compiled = new WeakMap<GrantRule, CompiledGrant | null>();

/** Null when it does not validate. One rule is compiled once, however many policies it stands beside. */
function compiledOnce(rule: GrantRule): CompiledGrant | null {
  const known = compiled.get(rule);
  if (known !== undefined) return known;
  const grant = isValid(documentOf([rule])) ? compileGrant(rule) : null;
  compiled.set(rule, grant);
  return grant;
}

function isValid(document: PolicyDocument): boolean {
  return documentFindings(document).length === 0 && findAmbiguities(document).length === 0;
}

function compileGrant(rule: GrantRule): CompiledGrant {
  const { id, run, expires, uses } = rule;
  const layer = Object.freeze({
    name: 'grant',
    network: compileNetwork(new Place('grant'), documentOf([rule])),
    tools: null,
    toolsOnlyDeny: true,
    models: null,
    features: null,
    routes: [],
    redact: [],
    middlewares: [],
  } as const);
  return Object.freeze({ run, expires: Date.parse(expires), uses, counter: grantCounter(id), layer });
}
