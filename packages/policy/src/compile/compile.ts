import { type FlowRule, mcpServerAt, type PolicyDocument, type RuleReference } from '@clawhold/spec';
import { findAmbiguities } from '../ambiguity/ambiguity.ts';
import { hardBlock } from '../decide/platform.ts';
import { compileFiles } from '../files/sandbox-files.ts';
import { compileTaskSecrets, taskSecretProblems } from '../files/task-secrets.ts';
import { documentFindings } from '../load/document-findings.ts';
import { type LayerName, type Layers, layerNames } from '../load/layer.ts';
import { Place } from '../load/place.ts';
import { writePath } from '../load/problem.ts';
import { compileSystemCalls, systemCallProblems } from '../system-calls/system-calls.ts';
import { compileBudgets, tightest } from './compile-budgets.ts';
import { compileLabels } from './compile-labels.ts';
import { compileMiddlewares } from './compile-middlewares.ts';
import { compileNetwork } from './compile-network.ts';
import { compilePrices, priceProblems } from './compile-prices.ts';
import { compileModels, compileRoutes, compileTools } from './compile-tools.ts';
import { layersDigest } from './digest.ts';
import { modelServerProblems } from './model-servers.ts';
import type { CompiledFlow, CompiledLayer, Snapshot } from './snapshot.ts';

/** Why layers do not make a policy, at the place of the rule that is wrong. */
export interface LayerProblem {
  readonly rule: RuleReference;
  readonly message: string;
}

export type Compiled =
  | { readonly kind: 'ok'; readonly snapshot: Snapshot }
  | { readonly kind: 'invalid'; readonly problems: readonly LayerProblem[] };

/** Compiles layers to a snapshot, once, when a policy is published; it takes milliseconds, deciding then microseconds. */
export function compile(layers: Layers): Compiled {
  const documents = layerNames.flatMap((name) => {
    const document = layers[name];
    return document === undefined ? [] : [{ name, document }];
  });
  const problems = [
    ...documents.flatMap(({ name, document }) => problemsOf(name, document, layers.platformPorts ?? [])),
    ...documents.flatMap(({ name, document }) => modelServerProblems(name, document)),
    ...documents.flatMap(({ name, document }) => priceProblems(name, document, layers.ceiling)),
    ...systemCallProblems(layers),
    ...taskSecretProblems(layers),
  ];
  if (problems.length > 0) return { kind: 'invalid', problems };
  const approvalTimes = documents.flatMap(({ document }) => document.approvals?.expire ?? []);
  const compiledLayers = documents.map(({ name, document }) => compileLayer(name, document));
  const snapshot: Snapshot = {
    digest: layersDigest(layers),
    layers: compiledLayers,
    networks: compiledLayers.filter(({ network }) => network !== null),
    flows: documents.flatMap(({ name, document }) => compileFlows(name, document)),
    budgets: tightest(documents.flatMap(({ name, document }) => compileBudgets(name, document))),
    prices: compilePrices(layers.ceiling),
    services: new Set([
      ...Object.keys(layers.ceiling.services ?? {}),
      ...documents.flatMap(({ document }) => mcpHosts(document)),
    ]),
    labels: compileLabels(documents.map(({ document }) => document)),
    approvalSeconds: approvalTimes.length === 0 ? null : Math.min(...approvalTimes),
    files: Object.freeze(compileFiles(layers)),
    systemCalls: compileSystemCalls(layers),
    taskSecrets: compileTaskSecrets(layers),
    learnsUntil: learnsUntil(documents.map(({ document }) => document)),
    grants: [],
    documents: Object.freeze(Object.fromEntries(documents.map(({ name, document }) => [name, document]))),
  };
  return { kind: 'ok', snapshot: Object.freeze(snapshot) };
}

/** The MCP servers of agents that a document names: they are on this machine, and each agent has its own. */
function mcpHosts({ network_policies: policies = {} }: PolicyDocument): readonly string[] {
  const hosts = Object.values(policies).flatMap(({ endpoints }) => endpoints.flatMap(({ host }) => host ?? []));
  return hosts.filter((host) => mcpServerAt(host) !== undefined);
}

function compileLayer(name: LayerName, document: PolicyDocument): CompiledLayer {
  const place = new Place(name);
  const features = document.inference?.features;
  return Object.freeze({
    name,
    network: compileNetwork(place, document),
    middlewares: compileMiddlewares(document),
    tools: compileTools(place, document),
    toolsOnlyDeny: (document.tools ?? []).every((rule) => rule.decision === 'deny'),
    models: compileModels(place, document),
    features: features === undefined ? null : new Set(features),
    routes: compileRoutes(place, document),
    redact: document.inference?.redact ?? [],
  });
}

function compileFlows(layer: LayerName, document: PolicyDocument): readonly CompiledFlow[] {
  return (document.flows ?? []).flatMap((rule, at): readonly CompiledFlow[] => {
    const verdict = rule.ask === undefined ? 'deny' : 'ask';
    const condition = rule[verdict];
    const approvers = compileApprovers(rule);
    return condition === undefined ? [] : [{ verdict, condition, approvers, rule: { layer, path: `flows[${at}]` } }];
  });
}

function compileApprovers({ ask }: FlowRule): CompiledFlow['approvers'] {
  const { approvers: count = 1, not } = ask ?? {};
  return count === 1 && not === undefined ? null : { count, excludeRequester: not === 'requester' };
}

/** Until when the layers learn, in milliseconds since 1970: the first end counts. */
function learnsUntil(documents: readonly PolicyDocument[]): number | null {
  const ends = documents.flatMap(({ mode, learn }) => (mode === 'learn' ? Date.parse(learn?.expires ?? '') : []));
  return ends.length === 0 ? null : Math.min(...ends);
}

function problemsOf(
  layer: LayerName,
  document: PolicyDocument,
  platformPorts: readonly number[],
): readonly LayerProblem[] {
  const problem = (path: string, message: string): LayerProblem => ({ rule: { layer, path }, message });
  const services = Object.entries(document.services ?? {});
  return [
    ...documentFindings(document).map(({ path, message }) => problem(writePath(path), message)),
    ...findAmbiguities(document).map(({ path, message }) => problem(writePath(path), message)),
    ...(document.extends === undefined
      ? []
      : [problem('extends', 'What this document extends must be resolved before it is compiled.')]),
    ...(layer === 'ceiling' && document.mode === 'learn'
      ? [problem('mode', 'A ceiling binds everyone; it does not learn.')]
      : []),
    ...(layer !== 'ceiling' && document.proposals !== undefined
      ? [problem('proposals', 'Only the ceiling may say what becomes of proposals; move `proposals` there.')]
      : []),
    ...(layer !== 'ceiling' && services.length > 0
      ? [problem('services', 'Only the ceiling may name host services; move `services` there.')]
      : []),
    ...services.flatMap(([name, service]) => {
      const place = `services.${name}`;
      const blocked = hardBlock(name);
      if (blocked !== undefined) return [problem(place, `No service may have this name: ${blocked}`)];
      if (mcpServerAt(name) !== undefined)
        return [
          problem(
            place,
            `${name} is an MCP server of each agent that has one of this name; call the service otherwise.`,
          ),
        ];
      if (service.port === undefined || !platformPorts.includes(service.port)) return [];
      return [problem(place, `Port ${service.port} belongs to the platform; no service may lead there.`)];
    }),
  ];
}
