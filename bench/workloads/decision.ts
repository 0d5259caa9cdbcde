import { readFileSync } from 'node:fs';

/** The published workload, as `decision.json` has it. */
export interface DecisionWorkload {
  readonly seed: number;
  readonly rules: readonly number[];
  readonly rulesPerHost: number;
  readonly questions: number;
  readonly shares: { readonly allowed: number; readonly otherPath: number; readonly otherHost: number };
  readonly warmUp: number;
  readonly samples: number;
  readonly slowSamples: number;
}

export type Shape = 'exact' | 'mixed';

export interface HostRules {
  /** A name, or `*.name`. */
  readonly host: string;
  readonly allow: readonly { readonly method: string; readonly path: string }[];
  /** Null in the shape `exact`. */
  readonly deny: string | null;
}

export interface Request {
  readonly host: string;
  readonly method: string;
  readonly path: string;
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
