import { readFileSync } from 'node:fs';

/** The published workload, as `decision.json` has it. */
export interface DecisionWorkload {
  readonly seed: number;
  readonly rules: readonly number[];
  /** Beyond so many rules only we are measured. */
  readonly othersUpTo: number;
  readonly rulesPerHost: number;
  readonly questions: number;
  readonly shares: { readonly allowed: number; readonly otherPath: number; readonly otherHost: number };
  readonly warmUp: number;
  readonly samples: number;
  readonly slowSamples: number;
  /** So many recorded decisions under so many rules are replayed. */
  readonly simulation: { readonly records: number; readonly rules: number };
}

export type Shape = 'exact' | 'mixed' | 'realistic';

export interface HostRules {
  /** A name, or `*.name`. */
  readonly host: string;
  readonly allow: readonly { readonly method: string; readonly path: string }[];
  /** Null in the shape `exact`. */
  readonly deny: string | null;
  /** The rest only in the shape `realistic`. The path of the endpoint. */
  readonly under?: string;
  /** The one executable that may. */
  readonly executable?: string;
  /** Tools of an MCP server, instead of methods and paths; every fifth has a condition on its arguments. */
  readonly tools?: readonly { readonly name: string; readonly where?: string }[];
}

export interface Request {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly executable?: string;
  /** A call of an MCP tool in the request. */
  readonly call?: { readonly tool: string; readonly arguments: Readonly<Record<string, unknown>> };
  /** What every engine must answer. */
  readonly allowed: boolean;
}

export interface GeneratedWorkload {
  readonly hosts: readonly HostRules[];
  readonly requests: readonly Request[];
}

/** Reads the parameters. The file is ours and in the same commit. */
export function readWorkload(): DecisionWorkload {
  return JSON.parse(readFileSync(`${import.meta.dirname}/decision.json`, 'utf8')) as DecisionWorkload;
}

/** Rules and requests from the seed, the same on every machine. */
export function generate(workload: DecisionWorkload, shape: Shape, rules: number): GeneratedWorkload {
  return shape === 'realistic' ? generateRealistic(workload, rules) : generatePlain(workload, shape, rules);
}

/** Of ten services: six with a name, two wildcards, one under a path of its own, one MCP server; half for one program. */
function generateRealistic(workload: DecisionWorkload, rules: number): GeneratedWorkload {
  const draw = mulberry32(workload.seed + rules);
  const hosts = Array.from({ length: Math.ceil(rules / workload.rulesPerHost) }, (_, index): HostRules => {
    const kind = index % 10;
    const executable = index % 2 === 0 ? { executable: `/usr/bin/program${index % 7}` } : {};
    const name = `service${index}.example.com`;
    if (kind === 9)
      return { host: name, allow: [], deny: null, under: '/mcp', tools: toolsOf(workload.rulesPerHost), ...executable };
    const under = kind === 8 ? '/api/**' : undefined;
    const allow = Array.from({ length: workload.rulesPerHost }, (_unused, rule) => ({
      method: rule % 3 === 0 ? 'POST' : 'GET',
      path: `${under === undefined ? '' : '/api'}/v1/${rule % 2 === 0 ? 'teams/*' : 'items'}/resource${rule}/**`,
    }));
    return {
      host: kind >= 6 && kind < 8 ? `*.${name}` : name,
      allow,
      deny: '/**/secret',
      ...(under === undefined ? {} : { under }),
      ...executable,
    };
  });
  const requests = Array.from({ length: workload.questions }, (): Request => {
    const rulesOfHost = hosts[Math.floor(draw() * hosts.length)];
    if (rulesOfHost === undefined) throw new Error('nothing to pick from');
    return realisticRequest(rulesOfHost, workload, draw);
  });
  return { hosts, requests };
}

function toolsOf(count: number): NonNullable<HostRules['tools']> {
  return Array.from({ length: count }, (_, index) => ({
    name: `tool${index}.*`,
    ...(index % 5 === 0 ? { where: "args.priority != 'low' && size(args.labels) < 3" } : {}),
  }));
}

function realisticRequest(rules: HostRules, { shares }: DecisionWorkload, draw: () => number): Request {
  const { tools, allow, executable } = rules;
  const rule = Math.floor(draw() * (tools ?? allow).length);
  const kind = draw();
  const isAllowed = kind < shares.allowed;
  const isElsewhere = kind >= shares.allowed + shares.otherPath;
  const host = `${isElsewhere ? 'elsewhere.' : ''}${rules.host.replace('*', 'tenant')}${isElsewhere ? '.org' : ''}`;
  const caller = executable === undefined ? {} : { executable };
  if (tools !== undefined) {
    const call = { tool: `tool${rule}.run`, arguments: { priority: isAllowed ? 'high' : 'low', labels: ['a'] } };
    const isConditional = rule % 5 === 0;
    return {
      host,
      method: 'POST',
      path: '/mcp',
      ...caller,
      call,
      allowed: !isElsewhere && (isAllowed || !isConditional),
    };
  }
  const target = allow[rule];
  if (target === undefined) throw new Error('nothing to pick from');
  const path = target.path.replace('teams/*', 'teams/blue').replace('**', isAllowed ? '7' : 'a/secret');
  return { host, method: target.method, path, ...caller, allowed: isAllowed };
}

function generatePlain(
  workload: DecisionWorkload,
  shape: Exclude<Shape, 'realistic'>,
  rules: number,
): GeneratedWorkload {
  const draw = mulberry32(workload.seed + rules);
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(draw() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };
  const hosts = Array.from({ length: Math.ceil(rules / workload.rulesPerHost) }, (_, index): HostRules => {
    const wild = shape === 'mixed' && index % 2 === 1;
    const allow = Array.from({ length: workload.rulesPerHost }, (_unused, rule) => ({
      method: rule % 3 === 0 ? 'POST' : 'GET',
      path: `/v1/resource${rule}${shape === 'mixed' ? '/*' : ''}`,
    }));
    return {
      host: `${wild ? '*.' : ''}service${index}.example.com`,
      allow,
      deny: shape === 'mixed' ? '/v1/resource0/secret' : null,
    };
  });
  const requests = Array.from({ length: workload.questions }, (): Request => {
    const rulesOfHost = pick(hosts);
    const rule = pick(rulesOfHost.allow);
    const host = rulesOfHost.host.replace('*', 'tenant');
    const path = rule.path.replace('*', 'item');
    const kind = draw();
    if (kind < workload.shares.allowed) return { host, method: rule.method, path, allowed: true };
    if (kind < workload.shares.allowed + workload.shares.otherPath)
      return { host, method: rule.method, path: `${path}/other`, allowed: false };
    return { host: `elsewhere.${host}.example.org`, method: rule.method, path, allowed: false };
  });
  return { hosts, requests };
}

/** Tommy Ettinger's mulberry32: 32 bits of state, good enough to shuffle. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
