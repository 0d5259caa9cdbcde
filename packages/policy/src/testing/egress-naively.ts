import {
  confidentialityLevels,
  type Effect,
  type EgressQuestion,
  type Endpoint,
  type GrantRule,
  type PolicyDocument,
  type Usage,
} from '@clawhold/spec';
import { hardBlock } from '../decide/platform.ts';
import { classifyAddress } from '../host/address.ts';
import { normalisePath } from '../request/path.ts';
import { expand, globMatches } from './glob-naively.ts';
import { budgets, deny, exhausted, flows, type NaiveDecision, type Named, settle } from './outcome-naively.ts';
import { forbiddenBy, isAbout, type Reading, readingOf, rulesOf } from './rules-naively.ts';

/** Any alternative of a host pattern with how specific it is; a name that is spelt out beats every wildcard. */
function hostRank(pattern: string, host: string): number | undefined {
  const ranks = expand(pattern.toLowerCase()).flatMap((source) => {
    if (!/[*?]/.test(source)) return source.replace(/\.$/, '') === host ? [Infinity] : [];
    if (!globMatches(source, host, '.')) return [];
    const labels = source.split('.');
    const spelt = labels.length - 1 - labels.findLastIndex((label) => /[*?]/.test(label));
    return [spelt * 10_000 + (source.includes('**') ? 0 : 5_000) + source.replaceAll(/[*?]/g, '').length];
  });
  return ranks.length === 0 ? undefined : Math.max(...ranks);
}

/** The same for paths; nothing is known about the path of a connection, so all endpoints are equal to it. */
function pathRank(pattern: string | undefined, path: string | undefined): number | undefined {
  if (path === undefined || pattern === undefined) return 0;
  const ranks = expand(pattern).flatMap((source) => {
    if (!globMatches(source, path, '/')) return [];
    if (source === '**' || source === '/**') return [0];
    if (!/[*?]/.test(source)) return [Infinity];
    return [source.replaceAll(/[*?]/g, '').length * 2 + (source.includes('**') ? 0 : 1)];
  });
  return ranks.length === 0 ? undefined : Math.max(...ranks);
}

interface Applicable {
  readonly endpoint: Endpoint;
  readonly rank: readonly [number, number];
  readonly open: boolean;
  readonly forbids: boolean;
}

function applicable(document: PolicyDocument, question: EgressQuestion): readonly Applicable[] {
  return Object.values(document.network_policies ?? {}).flatMap((policy) =>
    policy.endpoints.flatMap((endpoint) => {
      const host = hostRank(endpoint.host, question.host);
      const path = pathRank(endpoint.path, question.operation?.path);
      const ports = [endpoint.port, ...(endpoint.ports ?? [])];
      if (host === undefined || path === undefined || !ports.includes(question.port)) return [];
      const binaries = policy.binaries?.map((binary) => binary.path);
      const { executable, ancestors = [] } = question.caller;
      const anyone = binaries === undefined || binaries.includes('/**');
      const fits =
        anyone ||
        (executable !== undefined &&
          [executable, ...ancestors].some((program) => binaries.some((glob) => globMatches(glob, program, '/'))));
      return [{ endpoint, rank: [host, path] as const, open: fits, forbids: fits || executable === undefined }];
    }),
  );
}

function mostSpecific(all: readonly Applicable[]): readonly Endpoint[] {
  const host = Math.max(...all.map(({ rank }) => rank[0]));
  const ofHost = all.filter(({ rank }) => rank[0] === host);
  const path = Math.max(...ofHost.map(({ rank }) => rank[1]));
  const top = ofHost.filter(({ rank }) => rank[1] === path).map(({ endpoint }) => endpoint);
  const reading = top.filter((endpoint) => readingOf(endpoint) !== 'tcp');
  return reading.length > 0 ? reading : top;
}

const messageOf: Readonly<Partial<Record<Reading, readonly string[]>>> = {
  websocket: ['websocket', 'graphql'],
  'graphql-websocket': ['graphql'],
  graphql: ['graphql'],
  mcp: ['mcp'],
  'json-rpc': ['json-rpc'],
  grpc: ['grpc'],
  a2a: ['a2a'],
};

/** The readings of these endpoints that the question's message is not. */
function unmet(endpoints: readonly Endpoint[], { operation }: EgressQuestion): readonly Reading[] {
  return endpoints.map(readingOf).filter((reading) => {
    const messages = messageOf[reading];
    return messages !== undefined && !messages.includes(operation?.message?.protocol ?? '');
  });
}

export function decideEgressNaively(
  question: EgressQuestion,
  documents: readonly Named[],
  usage: Usage,
  now: number,
  grants: readonly GrantRule[],
): NaiveDecision {
  const { operation, host } = question;
  const opened = documents.some(({ name, document }) => name !== 'ceiling' && openedBy(document, question));
  const grant = opened ? undefined : grants.find((rule) => isUsable(rule, question, usage, now));
  const layers = grant === undefined ? documents : [...documents, { name: 'grant' as const, document: granted(grant) }];
  if (hardBlock(host) !== undefined) return deny('hard_block');
  if (operation !== undefined) {
    const path = normalisePath(operation.path, { encodedSlash: true });
    if (path.kind === 'refused' || path.path !== operation.path || !/^[A-Z][A-Z0-9-]*$/.test(operation.method))
      return deny('hard_block');
  }
  const seen = layers.map(({ name, document }) => {
    const all = applicable(document, question);
    return { name, document, all, selected: mostSpecific(all.filter(({ open }) => open)) };
  });
  const forbidding = seen.flatMap(({ all }) =>
    all.filter(({ forbids, endpoint }) => forbids && forbiddenBy(endpoint).length > 0).map(({ endpoint }) => endpoint),
  );
  const selected = seen.flatMap((layer) => layer.selected);
  const verdicts = seen.map((layer) => ({ ...layer, ...verdictOf(layer.selected, question) }));
  let need: Reading | undefined;
  if (operation !== undefined) {
    const forbidden = forbidding.some((endpoint) =>
      forbiddenBy(endpoint).some((target) => isAbout(target, endpoint, operation, true) !== false),
    );
    if (forbidden) return deny('explicit_deny');
    if (verdicts.some(({ unanswered }) => unanswered)) return deny('condition');
    const readings = new Set(unmet([...forbidding, ...selected], question));
    if (readings.has('graphql-websocket')) readings.delete('websocket');
    if (readings.size > 1) return deny('default');
    [need] = readings;
    if (need !== undefined && operation.message !== undefined) return deny('default');
    if (operation.path.includes('%2F') && selected.some((endpoint) => endpoint.allow_encoded_slash !== true))
      return deny('hard_block');
  }
  const later = need !== undefined && !need.includes('websocket');
  const tunnel =
    operation === undefined && (forbidding.length > 0 || selected.some((endpoint) => readingOf(endpoint) !== 'tcp'));
  const service = Object.hasOwn(layers[0]?.document.services ?? {}, host);
  const [ceiling, ...below] = verdicts;
  const asks: string[] = [];
  if (ceiling !== undefined) {
    const bounds = ceiling.document.network_policies !== undefined && !(service && ceiling.selected.length === 0);
    if (bounds && ceiling.verdict === 'none') return deny('beyond_ceiling');
    if (ceiling.verdict === 'ask') asks.push('rule');
  }
  const labels = selected.flatMap(({ response }) => response?.label ?? []);
  const integrity = labels.includes('external') || !labels.includes('local') ? 'external' : 'local';
  let approvers: string | undefined;
  if (!later && !tunnel) {
    if (selected.some(({ request }) => keepsIn(request?.forbid ?? [], question.data.confidentiality)))
      return deny('explicit_deny');
    const reader = service || integrity === 'local' ? 'internal' : 'external';
    const flow = flows(layers, operation?.parameters ?? [], question.data, reader);
    if (flow.denied) return deny('flow');
    asks.push(...flow.asks);
    approvers = flow.approvers;
  }
  const unruled = below.every(({ verdict }) => verdict === 'none');
  const ends = layers.flatMap(({ document }) =>
    document.mode === 'learn' ? Date.parse(document.learn?.expires ?? '') : [],
  );
  const learning = unruled && ends.length > 0 && now < Math.min(...ends);
  if (unruled && !learning) return deny('no_rule');
  if (below.some(({ verdict }) => verdict === 'ask')) asks.push('rule');
  const budget = budgets(layers);
  if (exhausted(budget, 'wall', usage)) return deny('budget');
  const inspectsTunnel = tunnel || (operation === undefined && learning);
  const sends = !later && !inspectsTunnel;
  const obligations: string[] = [];
  if (sends && grant !== undefined) obligations.push(`reserve grant/${grant.id} 1 of ${grant.uses}`);
  if (sends) {
    if (exhausted(budget, 'egress', usage)) return deny('budget');
    for (const { kind, counter, limit } of budget)
      if (kind === 'egress') obligations.push(`meter ${counter} of ${limit}`);
  }
  if (service) obligations.push(`service ${host}`);
  const protocol = inspectsTunnel ? 'rest' : need;
  if (protocol !== undefined) {
    const plain = question.scheme === 'http' || (question.scheme === 'tcp' && question.port === 80);
    const sizes = protocol === 'rest' ? [] : selected.flatMap(readBytes);
    const bytes = sizes.length === 0 ? {} : { bytes: Math.min(...sizes) };
    const strict = selected.some(
      (endpoint) => readingOf(endpoint) === 'mcp' && endpoint.mcp?.strict_tool_names !== false,
    );
    const names = protocol !== 'mcp' || strict ? {} : { anyToolName: true };
    obligations.push(
      JSON.stringify({ kind: 'inspect', tls: plain ? 'none' : 'terminate', protocol, ...bytes, ...names }),
    );
  }
  if (sends) {
    for (const endpoint of selected) obligations.push(...owed(endpoint, learning));
    const caps = (direction: 'request' | 'response'): readonly number[] =>
      selected.flatMap((endpoint) => endpoint[direction]?.max_bytes ?? []);
    for (const direction of ['request', 'response'] as const)
      if (caps(direction).length > 0) obligations.push(`cap ${direction} ${Math.min(...caps(direction))}`);
    const isSecret = selected.some(({ response }) => response?.confidentiality === 'secret');
    obligations.push(`label_response ${integrity}${isSecret ? ' secret' : ''}`);
    if (learning) obligations.push('{"kind":"propose"}');
  }
  const stated = verdicts.toReversed().find(({ effect }) => effect !== undefined)?.effect;
  const own = stated ?? (operation !== undefined && isRead(operation) ? 'read' : 'irreversible');
  const effect = !sends ? 'read' : learning || grant !== undefined ? 'irreversible' : own;
  return settle(learning ? 'default' : 'rule', asks, question.action, usage, now, obligations, effect, approvers);
}

function granted({ policy }: GrantRule): PolicyDocument {
  return { version: 1, network_policies: { rule: policy } };
}

function openedBy(document: PolicyDocument, question: EgressQuestion): boolean {
  const open = applicable(document, question).filter((found) => found.open);
  return verdictOf(mostSpecific(open), question).verdict !== 'none';
}

function isUsable(rule: GrantRule, question: EgressQuestion, usage: Usage, now: number): boolean {
  if (rule.run !== null && rule.run !== question.caller.run) return false;
  if (Date.parse(rule.expires) <= now || usage.spent(`grant/${rule.id}`) >= rule.uses) return false;
  const document = granted(rule);
  const { operation } = question;
  const forbids = applicable(document, question).some(
    ({ forbids: mayForbid, endpoint }) =>
      mayForbid &&
      operation !== undefined &&
      forbiddenBy(endpoint).some((target) => isAbout(target, endpoint, operation, true) !== false),
  );
  return !forbids && openedBy(document, question);
}

function isRead({ method, message }: NonNullable<EgressQuestion['operation']>): boolean {
  if (message === undefined) return ['GET', 'HEAD', 'OPTIONS'].includes(method);
  if (message.protocol === 'graphql') return message.type === 'query' || message.type === 'subscription';
  return message.protocol === 'mcp' && message.tool === null && message.method !== 'tools/call';
}

function keepsIn(forbidden: readonly string[], level: (typeof confidentialityLevels)[number]): boolean {
  const from = forbidden.includes('internal') ? 'internal' : forbidden.includes('secret') ? 'secret' : undefined;
  return from !== undefined && confidentialityLevels.indexOf(level) >= confidentialityLevels.indexOf(from);
}

function readBytes({ mcp, json_rpc: rpc, graphql_max_body_bytes: graphql }: Endpoint): readonly number[] {
  return [mcp?.max_body_bytes, rpc?.max_body_bytes, graphql].filter((bytes) => bytes !== undefined).slice(0, 1);
}

/** What the endpoint itself demands, in the words of obligations. */
function owed(endpoint: Endpoint, learning: boolean): readonly string[] {
  const { allowed_ips: addresses, request, response, credential_binding: binding } = endpoint;
  const body = endpoint.request_body_credential_rewrite ?? false;
  const allowed = addresses?.filter((entry) => classifyAddress(entry.replace(/\/.*/, '')) === 'public');
  const all = [
    ...(allowed === undefined ? [] : [{ kind: 'addresses', allowed }]),
    ...(request?.forbid === undefined ? [] : [{ kind: 'forbid', direction: 'request', contents: request.forbid }]),
    ...(response?.forbid === undefined ? [] : [{ kind: 'forbid', direction: 'response', contents: response.forbid }]),
    ...(response?.content_types === undefined ? [] : [{ kind: 'content_types', allowed: response.content_types }]),
    ...pinsOf(endpoint),
    ...(learning || (binding === undefined && !body)
      ? []
      : [{ kind: 'credential', provider: binding?.provider ?? null, body, websocket: false, signing: null }]),
  ];
  return all.map((obligation) => JSON.stringify(obligation));
}

function pinsOf({ pin_tool_descriptions: pins, path = '/**' }: Endpoint): readonly object[] {
  if (pins === true) return [{ kind: 'pin_tool_descriptions', list: 'open', path }];
  return pins === 'closed' ? [{ kind: 'pin_tool_descriptions', list: 'closed', path }] : [];
}

function verdictOf(
  selected: readonly Endpoint[],
  question: EgressQuestion,
): { verdict: 'allow' | 'ask' | 'none'; effect?: Effect | undefined; unanswered: boolean } {
  const { operation } = question;
  const [first] = selected;
  if (first === undefined) return { verdict: 'none', unanswered: false };
  const reading = readingOf(first);
  const later = operation?.message === undefined && reading !== 'rest' && !reading.includes('websocket');
  if (operation === undefined || reading === 'tcp' || later) return { verdict: 'allow', unanswered: false };
  const tried = selected.flatMap((endpoint) =>
    rulesOf(endpoint).map((rule) => ({ rule, about: isAbout(rule.target, endpoint, operation, false) })),
  );
  const unanswered = tried.some(({ about }) => about === undefined);
  const fitting = tried.filter(({ about }) => about === true).map(({ rule }) => rule);
  const rule = fitting.find(({ asks }) => asks) ?? fitting[0];
  if (rule === undefined) return { verdict: 'none', unanswered };
  return { verdict: rule.asks ? 'ask' : 'allow', effect: rule.effect, unanswered };
}
