import type { EgressQuestion } from '@clawhold/spec';

/** What a document of OpenShell says, as the tests write it. */
export interface OpenshellPolicy {
  readonly endpoints: readonly OpenshellEndpoint[];
  readonly binaries?: readonly { readonly path: string }[];
}
export interface OpenshellEndpoint {
  readonly host: string;
  readonly port: number;
  readonly path?: string;
  readonly protocol?: string;
  readonly tls?: string;
  readonly access?: string;
  readonly rules?: readonly { readonly allow: OpenshellRule }[];
  readonly deny_rules?: readonly OpenshellRule[];
}
export interface OpenshellRule {
  readonly method?: string;
  readonly path?: string;
  readonly query?: Readonly<Record<string, string | { readonly any: readonly string[] }>>;
  readonly tool?: string | { readonly any: readonly string[] };
}

/**
 * Whether OpenShell lets a request pass, as its Rego decides: allows add up over all endpoints, a deny anywhere wins, and
 * both count only for the programs of their entry. A plain reading of policy-schema.mdx and sandbox-policy.rego, slow and
 * without one line of ours.
 */
export function openshellAllows(policies: readonly OpenshellPolicy[], question: EgressQuestion): boolean {
  const programs = [question.caller.executable, ...(question.caller.ancestors ?? [])].filter(
    (path) => path !== undefined,
  );
  const endpoints = policies
    .filter(({ binaries = [] }) => binaries.some(({ path }) => programs.some((program) => isProgram(path, program))))
    .flatMap((policy) => policy.endpoints)
    .filter(({ host, port }) => port === question.port && isHost(host, question.host));
  const read = endpoints.filter(({ protocol }) => protocol !== undefined && protocol !== 'tcp');
  const { operation } = question;
  if (operation === undefined || read.length === 0)
    return endpoints.some(({ protocol, tls }) => protocol === undefined || protocol === 'tcp' || tls === 'skip');
  const here = read.filter(({ path = '**' }) => path === '**' || glob(path, '/', operation.path));
  if (here.some((endpoint) => (endpoint.deny_rules ?? []).some((rule) => matches(rule, endpoint, question, true))))
    return false;
  return here.some((endpoint) => rulesOf(endpoint).some((rule) => matches(rule, endpoint, question, false)));
}

const accessMethods: Readonly<Record<string, readonly string[]>> = {
  'read-only': ['GET', 'HEAD', 'OPTIONS'],
  'read-write': ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH'],
  full: ['*'],
};

function rulesOf({ access, rules }: OpenshellEndpoint): readonly OpenshellRule[] {
  if (access === undefined) return (rules ?? []).map(({ allow }) => allow);
  return (accessMethods[access] ?? []).map((method) => ({ method, path: '**' }));
}

function matches(
  rule: OpenshellRule,
  { protocol }: OpenshellEndpoint,
  question: EgressQuestion,
  denies: boolean,
): boolean {
  const { operation } = question;
  if (operation === undefined) return false;
  if (protocol === 'mcp') {
    const { message } = operation;
    if (message?.protocol !== 'mcp') return false;
    if (rule.tool === undefined) return rule.method !== undefined && glob(rule.method, '.', message.method);
    return (
      message.method === 'tools/call' &&
      message.tool !== null &&
      patterns(rule.tool).some((pattern) => glob(pattern, '.', message.tool ?? ''))
    );
  }
  const { method = '', path } = rule;
  const asked = operation.method;
  if (method !== '*' && method.toUpperCase() !== asked && !(method.toUpperCase() === 'GET' && asked === 'HEAD'))
    return false;
  if (path === undefined || !(path === '**' || glob(path, '/', operation.path))) return false;
  const query = new URLSearchParams(operation.query);
  return Object.entries(rule.query ?? {}).every(([key, matcher]) => {
    const values = query.getAll(key);
    const fits = (value: string): boolean => patterns(matcher).some((pattern) => glob(pattern, '.', value));
    return denies ? values.some(fits) : values.length > 0 && values.every(fits);
  });
}

function patterns(matcher: string | { readonly any: readonly string[] }): readonly string[] {
  return typeof matcher === 'string' ? [matcher] : matcher.any;
}

function isHost(pattern: string, host: string): boolean {
  const lower = pattern.toLowerCase();
  return lower.includes('*') ? glob(lower, '.', host) : lower === host;
}

function isProgram(pattern: string, program: string): boolean {
  return pattern.includes('*') ? glob(pattern, '/', program) : pattern === program;
}

/** globset with a literal separator, as a regular expression. */
function glob(pattern: string, delimiter: '/' | '.', text: string): boolean {
  return new RegExp(`^${expression(pattern, delimiter)}$`, 's').test(text);
}

function expression(pattern: string, delimiter: string): string {
  const [mark, not] = delimiter === '/' ? ['/', '[^/]'] : ['\\.', '[^.]'];
  let result = '';
  for (let at = 0; at < pattern.length; ) {
    const rest = pattern.slice(at);
    const begins = at === 0 || pattern[at - 1] === delimiter;
    const stars = /^\*+/.exec(rest)?.[0].length ?? 0;
    const after = pattern[at + stars];
    const [set] = /^\[[!^]?[^\]]+\]/.exec(rest) ?? [];
    const [braces] = /^\{[^{}]*\}/.exec(rest) ?? [];
    if (stars === 2 && begins && after === undefined) {
      result += '.*';
      at += 2;
    } else if (stars === 2 && begins && after === delimiter) {
      // At the beginning and in the middle: none or more segments.
      result += `(?:.*${mark})?`;
      if (at === 0) result = `(?:${mark}|.*${mark})?`;
      at += 3;
    } else if (stars > 0) {
      result += `${not}*`;
      at += stars;
    } else if (rest.startsWith('?')) {
      result += not;
      at++;
    } else if (set !== undefined) {
      result += `(?!${mark})${set.replace('[!', '[^')}`;
      at += set.length;
    } else if (braces !== undefined) {
      const parts = braces.slice(1, -1).split(',');
      result += `(?:${parts.map((part) => expression(part, delimiter)).join('|')})`;
      at += braces.length;
    } else {
      result += rest.charAt(0).replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
      at++;
    }
  }
  return result;
}
