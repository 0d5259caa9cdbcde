import type { Endpoint, PolicyDocument, Target } from '@clawhold/spec';
import { protocolOf } from './endpoint-protocol.ts';
import { enforcedNowhere, type Feature, featureWords } from './not-enforced.ts';
import type { Finding } from './problem.ts';

type Path = readonly (string | number)[];
interface Use {
  readonly feature: Feature;
  readonly path: Path;
}

/**
 * What a document uses that this installation does not enforce yet. The document is valid, and this installation refuses
 * it by name: a rule that is silently ignored is worse than none.
 */
export function featureRefusals(document: PolicyDocument): readonly Finding[] {
  return usesOf(document)
    .filter(({ feature }) => enforcedNowhere.has(feature))
    .map(({ feature, path }) => ({
      path,
      message: `${featureWords[feature]} This installation cannot keep that yet, so it does not load the document.`,
    }));
}

function usesOf(document: PolicyDocument): readonly Use[] {
  const { inference, mode } = document;
  const uses: Use[] = [];
  const use = (feature: Feature, isUsed: boolean, ...path: Path): void => {
    if (isUsed) uses.push({ feature, path });
  };
  use('mode: learn', mode === 'learn', 'mode');
  for (const [name, { endpoints }] of Object.entries(document.network_policies ?? {}))
    for (const [index, endpoint] of endpoints.entries())
      uses.push(...endpointUses(endpoint, ['network_policies', name, 'endpoints', index]));
  for (const [index, rule] of (document.tools ?? []).entries())
    use('tools.where', rule.where !== undefined, 'tools', index, 'where');
  for (const [index, { ask }] of (document.flows ?? []).entries()) {
    use('flows.approvers', ask?.approvers !== undefined && ask.approvers > 1, 'flows', index, 'ask', 'approvers');
    use('flows.not', ask?.not !== undefined, 'flows', index, 'ask', 'not');
  }
  use('inference.routes', inference?.routes !== undefined, 'inference', 'routes');
  use('inference.redact', inference?.redact !== undefined, 'inference', 'redact');
  return uses;
}

function endpointUses(endpoint: Endpoint, path: Path): readonly Use[] {
  const uses: Use[] = [];
  const use = (feature: Feature, isUsed: boolean, ...below: Path): void => {
    if (isUsed) uses.push({ feature, path: [...path, ...below] });
  };
  const protocol = protocolOf(endpoint);
  if (protocol !== 'tcp' && protocol !== 'rest') use(`protocol: ${protocol}`, true, 'protocol');
  use('mcp.strict_tool_names: false', endpoint.mcp?.strict_tool_names === false, 'mcp', 'strict_tool_names');
  use('allowed_ips', endpoint.allowed_ips !== undefined, 'allowed_ips');
  use('allow_encoded_slash', endpoint.allow_encoded_slash === true, 'allow_encoded_slash');
  use('websocket_credential_rewrite', endpoint.websocket_credential_rewrite === true, 'websocket_credential_rewrite');
  use('request.forbid', endpoint.request?.forbid?.some(isDetected) === true, 'request', 'forbid');
  use('response.forbid', endpoint.response?.forbid !== undefined, 'response', 'forbid');
  use('response.content_types', endpoint.response?.content_types !== undefined, 'response', 'content_types');
  use('pin_tool_descriptions', (endpoint.pin_tool_descriptions ?? false) !== false, 'pin_tool_descriptions');
  return uses;
}

/** What only a detector finds; `internal` and `secret` are labels, which the decision itself looks at. */
function isDetected(word: string): boolean {
  return word === 'pii' || word === 'credentials';
}

/** The rules of an endpoint, whether they allow, ask or forbid. */
export function targetsOf(endpoint: Endpoint): readonly Target[] {
  return [...(endpoint.rules ?? []).flatMap(({ allow, ask }) => allow ?? ask ?? []), ...(endpoint.deny_rules ?? [])];
}
