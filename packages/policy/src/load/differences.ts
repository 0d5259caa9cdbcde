import type { Endpoint, PolicyDocument } from '@clawhold/spec';
import { isPublic } from '../compile/compile-endpoint.ts';
import { type EndpointEntry, EndpointIndex } from '../endpoint/endpoint-index.ts';
import { everyPath } from '../endpoint/path-pattern.ts';
import { filePlace } from '../files/place.ts';
import { compileHostPattern } from '../host/host-pattern.ts';
import { patternsOf } from '../operation/patterns.ts';
import { protocolOf } from './endpoint-protocol.ts';
import { targetsOf } from './endpoint-targets.ts';
import type { Finding } from './problem.ts';

type Path = readonly (string | number)[];

/** One way in which a document is read differently from what its author may expect, and where that matters in one. */
export interface Difference {
  /** A stable name; docs/policy.md lists them all. */
  readonly name: string;
  readonly note: string;
  /**
   * The places of a document to which it applies; empty when it does not.
   *
   * @param isForeign the document was written for OpenShell or NemoClaw, as far as can be seen.
   */
  readonly applies: (document: PolicyDocument, isForeign: boolean) => readonly Path[];
}

/**
 * Every named difference from OpenShell's schema `version: 1`, and what else a reader of a document should be told. All
 * of them close more than they open, except where the note says so.
 */
export const differences: readonly Difference[] = [
  {
    name: 'audit-enforces',
    note: '`enforcement: audit` loads as `enforce`: nothing passes that is only looked at.',
    applies: (document) => endpointsWith(document, ({ enforcement }) => enforcement === 'audit', 'enforcement'),
  },
  {
    name: 'enforced-by-default',
    note: 'Endpoints without `enforcement` are enforced; OpenShell only looks at them.',
    applies: (document, isForeign) =>
      isForeign ? endpointsWith(document, ({ enforcement }) => enforcement === undefined).slice(0, 1) : [],
  },
  {
    name: 'landlock-hard',
    note: '`best_effort` counts only where the ceiling says it too; otherwise what cannot be shown or kept refuses the start.',
    applies: ({ landlock }) => (landlock?.compatibility === 'best_effort' ? [['landlock']] : []),
  },
  {
    name: 'landlock-default',
    note: 'Without `compatibility` this is `hard_requirement`; in OpenShell it is `best_effort`.',
    applies: ({ landlock }) => (landlock !== undefined && landlock.compatibility === undefined ? [['landlock']] : []),
  },
  {
    name: 'own-user',
    note: 'Programs run as `sandbox`, with the number 1000 inside and no account outside; another number is not given.',
    applies: ({ process: account }) =>
      (['run_as_user', 'run_as_group'] as const).flatMap((key) =>
        [undefined, 'sandbox', '1000'].includes(account?.[key]) ? [] : [['process', key]],
      ),
  },
  {
    name: 'static-sections',
    note: '`filesystem_policy`, `landlock` and `process` are settled when a sandbox starts: a change needs a new sandbox, and is refused while one runs.',
    applies: ({ filesystem_policy: files, landlock, process: account }) =>
      [
        ...(files === undefined ? [] : ['filesystem_policy']),
        ...(landlock === undefined ? [] : ['landlock']),
        ...(account === undefined ? [] : ['process']),
      ]
        .slice(0, 1)
        .map((section) => [section]),
  },
  {
    name: 'own-places',
    note: 'A sandbox has this of its own, named or not, and never that of the machine: /proc, five devices, the small files of /etc.',
    applies: (document) => pathsThat(document, (path) => filePlace(path).kind === 'own' || path === '/etc'),
  },
  {
    name: 'written-copies',
    note: 'Written is a private copy, which ends with the sandbox: of what an agent writes only the task folder is kept.',
    applies: (document) =>
      pathsThat(document, (path) => filePlace(path).kind === 'machine').filter(([, key]) => key === 'read_write'),
  },
  {
    name: 'middleware-closed',
    note: '`on_error: fail_open` loads as `fail_closed`.',
    applies: ({ network_middlewares: middlewares }) =>
      Object.entries(middlewares ?? {}).flatMap(([name, { on_error: onError }]) =>
        onError === 'fail_open' ? [['network_middlewares', name, 'on_error']] : [],
      ),
  },
  {
    name: 'regex-knows-more',
    note: '`openshell/regex` also takes out credentials of known formats, and refuses what it cannot take out.',
    applies: ({ network_middlewares: middlewares }) =>
      Object.entries(middlewares ?? {}).flatMap(([name, { middleware }]) =>
        middleware === 'openshell/regex' ? [['network_middlewares', name, 'middleware']] : [],
      ),
  },
  {
    name: 'no-executables',
    note: 'Without `binaries` this is open to every program; OpenShell would let none through.',
    applies: (document, isForeign) =>
      isForeign ? policiesWith(document, ({ binaries }) => binaries === undefined) : [],
  },
  {
    name: 'harness-ignored',
    note: '`harness` has no meaning.',
    applies: (document) =>
      policiesWith(
        document,
        ({ binaries }) => binaries?.some(({ harness }) => harness !== undefined) === true,
        'binaries',
      ),
  },
  {
    name: 'rules-read',
    note: 'Without `protocol` the rules of this endpoint are kept, as `rest`; OpenShell would let the bytes through unread.',
    applies: (document, isForeign) =>
      isForeign
        ? endpointsWith(document, (endpoint) => endpoint.protocol === undefined && protocolOf(endpoint) === 'rest')
        : [],
  },
  {
    name: 'full-and-skip',
    note: '`access: full` with `tls: skip` lets every byte through unread, as `protocol: tcp`.',
    applies: (document) =>
      endpointsWith(
        document,
        (endpoint) => endpoint.protocol === undefined && endpoint.access === 'full' && endpoint.tls === 'skip',
        'access',
      ),
  },
  {
    name: 'passthrough',
    note: '`tls: passthrough` means nothing: TLS is ended where requests must be read, and nowhere else.',
    applies: (document) => endpointsWith(document, ({ tls }) => tls === 'passthrough', 'tls'),
  },
  {
    name: 'private-addresses',
    note: 'No policy opens a private address, so that entry opens nothing; `services` in the ceiling names what is on this machine.',
    applies: (document) =>
      endpointsWith(
        document,
        ({ allowed_ips: addresses }) => addresses?.some((entry) => !isPublic(entry)) === true,
        'allowed_ips',
      ),
  },
  {
    name: 'most-specific',
    note: 'Only the most specific host and path decide: the wildcard opens nothing for hosts that are spelt out elsewhere. OpenShell adds both up.',
    applies: shadowedWildcards,
  },
  {
    name: 'names-have-no-dots',
    note: '`*` also matches dots in names of tools, operations and fields and in query values, so it reaches further than in OpenShell.',
    applies: (document) => endpointsWith(document, hasNamePattern),
  },
  {
    name: 'binary-messages',
    note: 'Binary messages need a rule for `WEBSOCKET_BINARY`; OpenShell lets them through with the upgrade.',
    applies: (document) =>
      endpointsWith(
        document,
        (endpoint) =>
          protocolOf(endpoint) === 'websocket' &&
          endpoint.access !== 'full' &&
          !targetsOf(endpoint).some(({ method }) => method === '*' || method?.toUpperCase() === 'WEBSOCKET_BINARY'),
      ),
  },
  {
    name: 'websocket-by-protocol',
    note: 'A WebSocket is opened by `protocol: websocket` only, so no message is rewritten here; OpenShell opens one under `rest` too.',
    applies: (document) =>
      endpointsWith(
        document,
        (endpoint) => endpoint.websocket_credential_rewrite === true && protocolOf(endpoint) === 'rest',
        'websocket_credential_rewrite',
      ),
  },
  {
    name: 'paths-in-one-reading',
    note: 'A path with `;` or with percent-encoding in percent-encoding is refused; OpenShell drops the one and keeps the other.',
    applies: (document) =>
      endpointsWith(document, (endpoint) => targetsOf(endpoint).some(({ path }) => /;|%25/.test(path ?? ''))),
  },
  {
    name: 'workdir-default',
    note: 'In a `filesystem_policy` without `include_workdir` the task folder is not shown.',
    applies: ({ filesystem_policy: files }) =>
      files !== undefined && files.include_workdir === undefined ? [['filesystem_policy']] : [],
  },
  {
    name: 'prices-in-ceiling',
    note: 'Cost is counted at the `inference.prices` of the ceiling.',
    applies: ({ budgets, inference }) =>
      budgets?.cost !== undefined && inference?.prices === undefined ? [['budgets', 'cost']] : [],
  },
];

/**
 * What a person should know about how this document is read.
 *
 * @param isPreset it was a preset file.
 */
export function notesOf(document: PolicyDocument, isPreset: boolean): readonly Finding[] {
  const isForeign = isPreset || isFromOpenShell(document);
  return differences.flatMap(({ note, applies }) =>
    applies(document, isForeign).map((path) => ({ path, message: note })),
  );
}

/** Whether a document has sections that only OpenShell's authors write; presets have none. */
function isFromOpenShell(document: PolicyDocument): boolean {
  return (
    document.filesystem_policy !== undefined ||
    document.landlock !== undefined ||
    document.process !== undefined ||
    document.network_middlewares !== undefined
  );
}

/** The paths of a `filesystem_policy` for which something holds. */
function pathsThat({ filesystem_policy: files }: PolicyDocument, holds: (path: string) => boolean): readonly Path[] {
  return (['read_only', 'read_write'] as const).flatMap((key) =>
    (files?.[key] ?? []).flatMap((path, at) => (holds(path) ? [['filesystem_policy', key, at]] : [])),
  );
}

type NetworkPolicy = NonNullable<PolicyDocument['network_policies']>[string];

function policiesWith(
  document: PolicyDocument,
  has: (policy: NetworkPolicy) => boolean,
  ...below: Path
): readonly Path[] {
  return Object.entries(document.network_policies ?? {}).flatMap(([name, policy]) =>
    has(policy) ? [['network_policies', name, ...below]] : [],
  );
}

function endpointsWith(
  document: PolicyDocument,
  has: (endpoint: Endpoint) => boolean,
  ...below: Path
): readonly Path[] {
  return Object.entries(document.network_policies ?? {}).flatMap(([name, { endpoints }]) =>
    endpoints.flatMap((endpoint, index) =>
      has(endpoint) ? [['network_policies', name, 'endpoints', index, ...below]] : [],
    ),
  );
}

function hasNamePattern(endpoint: Endpoint): boolean {
  return targetsOf(endpoint).some((target) =>
    [
      ...patternsOf(target.tool),
      ...patternsOf(target.params?.name),
      ...(target.operation_name === undefined ? [] : [target.operation_name]),
      ...(target.fields ?? []),
      ...Object.values(target.query ?? {}).flatMap(patternsOf),
    ].some((pattern) => pattern !== '*' && pattern.includes('*')),
  );
}

/** Where ports do not matter. */
const anyPort = 0;

/** Wildcard hosts that also match a host which another endpoint spells out. */
function shadowedWildcards(document: PolicyDocument): readonly Path[] {
  const wildcards: EndpointEntry<Path>[] = [];
  const names = new Set<string>();
  for (const [name, { endpoints }] of Object.entries(document.network_policies ?? {}))
    for (const [index, { host: source }] of endpoints.entries()) {
      const compiled = compileHostPattern(source);
      if (compiled.kind === 'refused') continue;
      const endpoint = ['network_policies', name, 'endpoints', index, 'host'];
      for (const host of compiled.patterns)
        if (host.glob === null) names.add(host.source);
        else wildcards.push({ host, port: anyPort, paths: [everyPath], endpoint });
    }
  const paths: Path[] = [];
  const index = new EndpointIndex(wildcards, (path) => paths.push(path) - 1);
  const shadowed = new Set<number>();
  for (const name of names) index.visit(name, anyPort, undefined, { visit: (path) => shadowed.add(path) });
  return [...new Set(paths.filter((_, path) => shadowed.has(path)))];
}
