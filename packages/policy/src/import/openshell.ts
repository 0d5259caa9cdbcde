import { compileGlob } from '../glob/glob.ts';
import { type Conversion, type Draft, type DraftNetworkPolicy, listOf, type Path, treeOf } from './conversion.ts';
import { convertEndpoint, lose } from './openshell-endpoint.ts';
import { convertFiles } from './openshell-files.ts';

export interface ImportOptions {
  /**
   * Network policies without `binaries` are for every program. Default false: they are left out, because OpenShell lets
   * nobody through there, whatever its documentation says.
   */
  readonly anyProgram?: boolean;
}

/** Sections that we have under the same name and with the same meaning, or a stricter one. */
const sameSections = ['landlock', 'process', 'network_middlewares'] as const;

/** A document of OpenShell's schema, or a preset of NemoClaw, which has its network policies only. */
export function convertOpenshell(conversion: Conversion, options: ImportOptions): Draft {
  const tree = treeOf(conversion.value) ?? {};
  const sections: Record<string, unknown> = {};
  for (const key of sameSections) if (tree[key] !== undefined) sections[key] = tree[key];
  if (tree['filesystem_policy'] !== undefined)
    sections['filesystem_policy'] = convertFiles(conversion, tree['filesystem_policy']);
  conversion.strangers([], tree, ['version', 'preset', 'filesystem_policy', 'network_policies', ...sameSections]);
  const preset = treeOf(tree['preset']);
  for (const key of ['name', 'description']) if (preset?.[key] !== undefined) sections[key] = preset[key];
  const policies = Object.entries(treeOf(tree['network_policies']) ?? {}).flatMap(([name, policy]) =>
    convertPolicy(name, policy, conversion, options),
  );
  return { sections, policies };
}

function convertPolicy(
  name: string,
  value: unknown,
  conversion: Conversion,
  { anyProgram = false }: ImportOptions,
): readonly DraftNetworkPolicy[] {
  const path: Path = ['network_policies', name];
  const policy = treeOf(value) ?? {};
  conversion.strangers(path, policy, ['name', 'endpoints', 'binaries']);
  for (const key of ['endpoints', 'binaries'] as const)
    if (policy[key] !== undefined && policy[key] !== null && !Array.isArray(policy[key])) {
      conversion.left([...path, key], `\`${name}\` is left out: \`${key}\` is a list.`);
      // What its endpoints were to hold back is held back for all.
      for (const endpoint of listOf(policy['endpoints'] ?? [{}])) lose(treeOf(endpoint) ?? {}, conversion);
      if (key === 'endpoints') lose({ deny_rules: [] }, conversion);
      return [];
    }
  const listed = listOf(policy['binaries']);
  if (listed.length === 0 && !anyProgram) {
    conversion.left(
      path,
      `\`${name}\` is left out: without \`binaries\` it lets no program through there. If every program was meant, import again and say so.`,
    );
    return [];
  }
  const binaries = listed.flatMap((binary, at) => {
    const program = executable(String(treeOf(binary)?.['path'] ?? ''));
    if (program === null)
      conversion.left([...path, 'binaries', at], 'This executable cannot be written in our patterns.');
    return program === null ? [] : [{ path: program }];
  });
  // What they hold back for a program that cannot be named is held back for all.
  if (binaries.length < listed.length)
    for (const endpoint of listOf(policy['endpoints'])) lose(treeOf(endpoint) ?? {}, conversion);
  if (listed.length > 0 && binaries.length === 0) {
    conversion.left(path, `\`${name}\` is left out: none of its executables can be named here.`);
    return [];
  }
  const endpoints = listOf(policy['endpoints']).flatMap(
    (endpoint, at) => convertEndpoint(treeOf(endpoint) ?? {}, [...path, 'endpoints', at], conversion) ?? [],
  );
  if (endpoints.length === 0) return [];
  return [{ name, endpoints, ...(binaries.length === 0 ? {} : { binaries }) }];
}

/** Without `*` a path is taken as it stands there; with one it is a glob. */
function executable(path: string): string | null {
  if (!path.includes('*')) return path.startsWith('/') && !/[?[\]{}\\]/.test(path) ? path : null;
  if (/[[\]\\]|\*{3}|\{[^}]*[{*?]/.test(path)) return null;
  const glob = path
    .split('/')
    .map((segment) => (segment === '**' ? segment : segment.replaceAll('**', '*')))
    .join('/');
  const rooted = glob.startsWith('**/') ? `/${glob}` : glob;
  const known = rooted === '**' || rooted.startsWith('/');
  return known && compileGlob(rooted, '/').kind === 'ok' ? rooted : null;
}
