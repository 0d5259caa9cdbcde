import { type PolicyDocument, policyDocumentSchema } from '@clawhold/spec';
import { findAmbiguities } from '../ambiguity/ambiguity.ts';
import type { NamedSource } from '../extends/close-policy.ts';
import { documentFindings } from '../load/document-findings.ts';
import { readSource } from '../load/document-source.ts';
import type { Problem } from '../load/problem.ts';
import { convertClaudeCode } from './claude-code.ts';
import {
  Conversion,
  type Draft,
  type DraftEndpoint,
  type ImportNote,
  type LostEndpoint,
  treeOf,
} from './conversion.ts';
import { convertOpenshell, type ImportOptions } from './openshell.ts';
import { renderImport } from './render-import.ts';
import { convertSrt } from './srt.ts';

/** OpenShell's `version: 1`, NemoClaw's presets, the settings of sandbox-runtime and those of Claude Code. */
export const importFormats = ['openshell', 'nemoclaw', 'srt', 'claude-code'] as const;
export type ImportFormat = (typeof importFormats)[number];

export type ImportedPolicy =
  | {
      readonly kind: 'ok';
      /** A policy document, with comments; see `checkPolicy` for whether this installation keeps all of it. */
      readonly source: string;
      readonly notes: readonly ImportNote[];
    }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/**
 * Reads what somebody wrote for another product as a policy of ours. What the result allows the sources allow too, by our
 * reading of their semantics; what cannot be said is left out or asks a person, and is named.
 *
 * @param sources several presets, or several scopes of settings, count together.
 */
export function importPolicy(
  format: ImportFormat,
  sources: readonly NamedSource[],
  options: ImportOptions = {},
): ImportedPolicy {
  const conversions: Conversion[] = [];
  for (const { name, source } of sources) {
    const read = readSource(source, name);
    if (read.kind === 'invalid') return read;
    const conversion = new Conversion(read.source, name);
    const wrong = notOfFormat(format, conversion);
    if (wrong !== undefined) return { kind: 'invalid', problems: [read.source.problem([], wrong)] };
    conversion.mappings(...sectionsOf[format]);
    conversions.push(conversion);
  }
  const drafts =
    format === 'claude-code'
      ? [convertClaudeCode(conversions)]
      : conversions.map((one) => (format === 'srt' ? convertSrt(one) : convertOpenshell(one, options)));
  const problems = conversions.flatMap((conversion) => conversion.problems);
  if (problems.length > 0) return { kind: 'invalid', problems };
  const joined = joinDrafts(drafts, conversions);
  if ('problems' in joined) return { kind: 'invalid', problems: joined.problems };
  const settled = settle(joined, conversions);
  if ('problems' in settled) return { kind: 'invalid', problems: settled.problems };
  const notes = conversions.flatMap((conversion) => conversion.notes);
  const title = `Imported from ${titles[format]}: ${sources.map(({ name }) => name).join(', ')}`;
  const comments = commentsOf(settled, notes);
  return { kind: 'ok', source: renderImport(treeFrom(settled), title, notes, comments), notes };
}

const titles: Readonly<Record<ImportFormat, string>> = {
  openshell: 'OpenShell',
  nemoclaw: 'NemoClaw',
  srt: 'sandbox-runtime',
  'claude-code': 'Claude Code',
};

/** The keys of which a source has one when it is of that format. */
const heads: Readonly<Record<ImportFormat, readonly string[]>> = {
  openshell: ['version'],
  nemoclaw: ['preset'],
  srt: ['network', 'filesystem', 'credentials'],
  'claude-code': ['permissions', 'sandbox'],
};

/** What has keys of its own in a source of each format. */
const sectionsOf: Readonly<Record<ImportFormat, readonly string[]>> = {
  openshell: ['network_policies', 'filesystem_policy', 'landlock', 'process', 'network_middlewares'],
  nemoclaw: ['preset', 'network_policies'],
  srt: heads.srt,
  'claude-code': heads['claude-code'],
};

function notOfFormat(format: ImportFormat, { value }: Conversion): string | undefined {
  const tree = treeOf(value);
  const keys = heads[format];
  if (tree === undefined || !keys.some((key) => tree[key] !== undefined))
    return `This is no document of ${titles[format]}: it has no \`${keys.join('` or `')}\`.`;
  if (format === 'openshell' && tree['version'] !== 1) return 'Only `version: 1` of OpenShell is known.';
  return undefined;
}

/** Network policies of several sources stand beside each other; their other sections must say the same. */
function joinDrafts(
  drafts: readonly Draft[],
  conversions: readonly Conversion[],
): Draft | { readonly problems: readonly Problem[] } {
  const sections: Record<string, unknown> = {};
  const names = new Set<string>();
  const policies: Draft['policies'][number][] = [];
  for (const [index, draft] of drafts.entries()) {
    for (const [key, value] of Object.entries(draft.sections)) {
      if (key === 'name' || key === 'description') sections[key] ??= value;
      else if (sections[key] !== undefined && JSON.stringify(sections[key]) !== JSON.stringify(value))
        return {
          problems: [
            {
              file: conversions[index]?.file ?? '',
              line: conversions[index]?.lineOf([key]) ?? 0,
              column: 1,
              message: `\`${key}\` differs between these files, so they are not one policy; import them apart.`,
            },
          ],
        };
      else sections[key] = value;
    }
    for (const policy of draft.policies) {
      let name = policy.name;
      for (let count = 2; names.has(name); count++) name = `${policy.name}_${count}`;
      names.add(name);
      policies.push({ ...policy, name });
    }
  }
  return { sections, policies };
}

function treeFrom({ sections, policies }: Draft): Readonly<Record<string, unknown>> {
  if (policies.length === 0) return { version: 1, ...sections };
  const network = policies.map(({ name, endpoints, binaries }) => [
    name,
    { endpoints: endpoints.map(({ value }) => value), ...(binaries === undefined ? {} : { binaries }) },
  ]);
  return { version: 1, ...sections, network_policies: Object.fromEntries(network) };
}

interface Complaint {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * Leaves out what our own loader refuses, one endpoint after the other, and what an endpoint that is left out held back:
 * whatever may meet its deny rules, and bytes that would pass unread where it read requests.
 */
function settle(draft: Draft, conversions: readonly Conversion[]): Draft | { readonly problems: readonly Problem[] } {
  let current = draft;
  for (const lost of [...conversions.flatMap((conversion) => conversion.lost), ...readers(draft)])
    current = withoutHeldBack(current, lost);
  for (;;) {
    const [complaint] = complaintsOf(treeFrom(current));
    if (complaint === undefined) return current;
    const [section, name, list, at] = complaint.path;
    const policy = current.policies.find((one) => one.name === name);
    const endpoint = policy?.endpoints[Number(at)];
    if (section !== 'network_policies' || list !== 'endpoints' || endpoint === undefined) {
      const file = conversions[0]?.file ?? '';
      const place = complaint.path.map(String).join('.');
      return { problems: [{ file, line: 0, column: 0, message: `\`${place}\`: ${complaint.message}` }] };
    }
    // Where one reads and the other does not, the one that reads stays.
    const narrower = withoutHeldBack(current, { ...lostOf(endpoint), forbids: false });
    if (narrower !== current) {
      current = narrower;
      continue;
    }
    endpoint.conversion.left(endpoint.from, `Left out: ${complaint.message}`);
    current = without(current, new Set([endpoint]));
    current = withoutHeldBack(current, lostOf(endpoint));
  }
}

/**
 * Endpoints that keep bytes from passing unread at others of their hosts there, where here the most specific would decide
 * alone: those of one path, and those of a wildcard.
 */
function readers({ policies }: Draft): readonly LostEndpoint[] {
  return policies
    .flatMap(({ endpoints }) => endpoints)
    .filter(({ value, unread }) => !unread && (value['path'] !== undefined || /[*?{]/.test(String(value['host']))))
    .map(({ value }) => ({ host: String(value['host']), forbids: false, reads: true }));
}

/** Takes out what was held back, and what that held back in turn; the same draft when there is nothing. */
function withoutHeldBack(draft: Draft, lost: LostEndpoint): Draft {
  const gone = draft.policies
    .flatMap(({ endpoints }) => endpoints)
    .filter(({ value, unread }) => (lost.forbids || (lost.reads && unread)) && mayMeet(value['host'], lost.host));
  for (const { from, conversion } of gone)
    conversion.left(
      from,
      'Left out, because another endpoint of this host, which could not be kept beside it, held it back.',
    );
  return gone.length === 0 ? draft : gone.map(lostOf).reduce(withoutHeldBack, without(draft, new Set(gone)));
}

function lostOf({ value, unread }: DraftEndpoint): LostEndpoint {
  return { host: String(value['host']), forbids: value['deny_rules'] !== undefined, reads: !unread };
}

function complaintsOf(tree: unknown): readonly Complaint[] {
  const parsed = policyDocumentSchema.safeParse(tree);
  if (!parsed.success) return parsed.error.issues;
  const document: PolicyDocument = parsed.data;
  return [...documentFindings(document), ...findAmbiguities(document)];
}

function without({ sections, policies }: Draft, gone: ReadonlySet<DraftEndpoint>): Draft {
  const kept = policies.map((policy) => ({ ...policy, endpoints: policy.endpoints.filter((one) => !gone.has(one)) }));
  return { sections, policies: kept.filter(({ endpoints }) => endpoints.length > 0) };
}

/** Whether both may be about one host; it says yes where that is not plain to see. */
function mayMeet(one: unknown, other: string): boolean {
  const [a, b] = [String(one).toLowerCase(), other.toLowerCase()];
  return a === b || b === '' || /[*?{]/.test(a + b);
}

/** Comments stand where the endpoints do to which they belong. */
function commentsOf(
  { policies }: Draft,
  notes: readonly ImportNote[],
): (path: readonly (string | number)[]) => string | undefined {
  const places = new Map<string, string>();
  for (const { name, endpoints } of policies)
    for (const [index, { from, conversion }] of endpoints.entries()) {
      if (from.length === 0) continue;
      const first = conversion.lineOf(from);
      const until = Math.min(
        ...endpointLines(policies, conversion).filter((line) => line > first),
        Number.POSITIVE_INFINITY,
      );
      const found = notes.filter(
        ({ kind, file, line }) => kind === 'changed' && file === conversion.file && line >= first && line < until,
      );
      if (found.length > 0)
        places.set(
          JSON.stringify(['network_policies', name, 'endpoints', index]),
          [...new Set(found.map(({ sentence }) => sentence))].join(' '),
        );
    }
  return (path) => places.get(JSON.stringify(path));
}

function endpointLines(policies: Draft['policies'], conversion: Conversion): readonly number[] {
  return policies.flatMap(({ endpoints }) =>
    endpoints.filter((one) => one.conversion === conversion).map(({ from }) => conversion.lineOf(from)),
  );
}
