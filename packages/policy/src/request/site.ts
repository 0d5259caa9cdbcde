import { compilePathPattern } from '../endpoint/path-pattern.ts';
import { compileHostPattern } from '../host/host-pattern.ts';

/** Hosts and paths as an endpoint names them, for whoever binds something else than a rule to them. */
export interface SiteMatcher {
  /** @param host and path in normal form. */
  matches(host: string, path: string): boolean;
}

export type SiteResult =
  | { readonly kind: 'ok'; readonly site: SiteMatcher }
  | { readonly kind: 'refused'; readonly reason: string };

/** @param paths undefined: every path. */
export function compileSite(hosts: readonly string[], paths: readonly string[] | undefined): SiteResult {
  const names: ((host: string) => boolean)[] = [];
  for (const host of hosts) {
    const compiled = compileHostPattern(host);
    if (compiled.kind === 'refused') return compiled;
    for (const { source, glob } of compiled.patterns) names.push((text) => glob?.matches(text) ?? text === source);
  }
  const places: ((path: string) => boolean)[] = [];
  for (const path of paths ?? [undefined]) {
    const compiled = compilePathPattern(path);
    if (compiled.kind === 'refused') return compiled;
    for (const { glob } of compiled.patterns) places.push((text) => glob?.matches(text) ?? true);
  }
  const site: SiteMatcher = {
    matches: (host, path) => names.some((isHost) => isHost(host)) && places.some((isPath) => isPath(path)),
  };
  return { kind: 'ok', site };
}
