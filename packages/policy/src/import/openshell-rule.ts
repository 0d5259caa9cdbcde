import { type Conversion, listOf, type Path, type Tree, textsOf, treeOf } from './conversion.ts';
import { type NameGlob, nameGlob, pathGlob, widestName } from './openshell-glob.ts';

/** What a rule of theirs comes to: one of ours, and what must be forbidden so that it opens no more. */
export interface ConvertedRule {
  readonly target: Tree;
  readonly cuts: readonly Tree[];
}

/** A rule that allows; null when it is left out, which opens nothing. */
export function allowRule(rule: Tree, protocol: string, path: Path, conversion: Conversion): ConvertedRule | null {
  const { target, toolPatterns } = inOneSpelling(rule);
  const cuts: Tree[] = [];
  const leave = (key: string): null => {
    conversion.left(path, `Left out, so it opens nothing: \`${key}\` cannot be written in our patterns.`);
    return null;
  };
  if (target['path'] !== undefined) {
    const glob = typeof target['path'] === 'string' ? pathGlob(target['path']) : null;
    if (glob === null) return leave('path');
    target['path'] = glob;
  }
  if (toolPatterns.length > 0) {
    const globs = globsOf(toolPatterns);
    if (globs === null) return leave('tool');
    target['tool'] = { any: globs.map(({ pattern }) => pattern) };
    cuts.push(...cutsOf(globs, (any) => ({ tool: { any } })));
  }
  const { method } = target;
  if (protocol === 'mcp' && typeof method === 'string' && method !== '*') {
    const globs = globsOf([method]);
    if (globs === null) return leave('method');
    target['method'] = globs[0]?.pattern;
    for (const cut of globs[0]?.cuts ?? []) cuts.push({ method: cut });
  }
  if (protocol === 'json-rpc' && typeof method === 'string' && method !== '*' && /[*?[\]{}\\]/.test(method))
    return leave('method');
  // Names in GraphQL have no dots, so ours and theirs match the same.
  for (const key of ['operation_name', 'fields'] as const) {
    const globs = globsOf(key === 'fields' ? textsOf(target[key]) : textsOf([target[key]]));
    if (globs === null) return leave(key);
    const patterns = globs.map(({ pattern }) => pattern);
    if (patterns.length > 0) target[key] = key === 'fields' ? patterns : patterns[0];
  }
  const query = treeOf(target['query']);
  if (query !== undefined) {
    const matchers: Record<string, unknown> = {};
    for (const [key, matcher] of Object.entries(query)) {
      const globs = globsOf(patternsOf(matcher));
      if (globs === null) return leave(`query.${key}`);
      matchers[key] = { any: globs.map(({ pattern }) => pattern) };
      const { method: asked = '*', path: at = '/**' } = target;
      cuts.push(...cutsOf(globs, (any) => ({ method: asked, path: at, query: { [key]: { any } } })));
    }
    target['query'] = matchers;
  }
  if (cuts.length > 0)
    conversion.changed(
      path,
      '`*` and `?` stop at a dot there and not here: a deny rule beside it forbids names and values with further dots.',
    );
  return { target, cuts };
}

/** A rule that forbids: what cannot be said exactly forbids more. */
export function denyRule(rule: Tree, protocol: string, path: Path, conversion: Conversion): Tree {
  const { target, toolPatterns } = inOneSpelling(rule);
  const isHttp = protocol === 'rest' || protocol === 'websocket';
  if (isHttp && target['operation_type'] === undefined) {
    const glob = typeof target['path'] === 'string' ? pathGlob(target['path']) : null;
    if (glob === null)
      conversion.changed(path, 'Its path is missing, or cannot be written in our patterns: it forbids on every path.');
    target['path'] = glob ?? '/**';
    target['method'] ??= '*';
  }
  if (toolPatterns.length > 0) target['tool'] = { any: toolPatterns.map(widestName) };
  if (protocol === 'mcp' && typeof target['method'] === 'string') target['method'] = widestName(target['method']);
  if (typeof target['operation_name'] === 'string') target['operation_name'] = widestName(target['operation_name']);
  if (target['fields'] !== undefined) target['fields'] = textsOf(target['fields']).map(widestName);
  const query = treeOf(target['query']);
  if (query !== undefined)
    target['query'] = Object.fromEntries(
      Object.entries(query).map(([key, matcher]) => [key, { any: patternsOf(matcher).map(widestName) }]),
    );
  return target;
}

/** `params.name` and `tool` say the same; the result says neither. */
function inOneSpelling(rule: Tree): {
  readonly target: Record<string, unknown>;
  readonly toolPatterns: readonly string[];
} {
  const { tool, params, ...target } = rule;
  return { target, toolPatterns: patternsOf(tool ?? treeOf(params)?.['name']) };
}

/** Null when one of them cannot be said, or there is none where one must be. */
function globsOf(patterns: readonly string[]): readonly NameGlob[] | null {
  const globs = patterns.flatMap((pattern) => nameGlob(pattern) ?? []);
  return globs.length === patterns.length ? globs : null;
}

function cutsOf(globs: readonly NameGlob[], cut: (patterns: readonly string[]) => Tree): readonly Tree[] {
  const patterns = [...new Set(globs.flatMap(({ cuts }) => cuts))];
  return patterns.length === 0 ? [] : [cut(patterns)];
}

function patternsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  const tree = treeOf(value);
  if (typeof tree?.['glob'] === 'string') return [tree['glob']];
  return listOf(tree?.['any']).filter((item) => typeof item === 'string');
}
