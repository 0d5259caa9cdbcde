import type { PolicyDocument } from '@clawhold/spec';
import { type ClosedPolicy, closePolicy, type PolicyLibrary } from '../extends/close-policy.ts';
import { readSource } from '../load/document-source.ts';
import { loadPolicy } from '../load/load.ts';
import type { Problem } from '../load/problem.ts';
import { documentBroadWarnings, placeWarnings } from './broad-warnings.ts';
import { conditionWarnings } from './condition-warnings.ts';
import { executableWarnings } from './executable-warnings.ts';
import { flowWarnings } from './flow-warnings.ts';
import { listWarnings } from './list-warnings.ts';
import { type Neighbourhood, neighbourhoods } from './neighbours.ts';
import { ruleWarnings } from './rule-warnings.ts';
import { toolWarnings } from './tool-warnings.ts';
import type { PolicyWarning, WarningFinding } from './warning.ts';
import { writableWarnings } from './writable-warnings.ts';

export interface PolicyReport {
  /** The document with all that it extends. */
  readonly loaded: ClosedPolicy;
  /** Rules that can never decide, or that open more than they seem to. The document is valid all the same. */
  readonly warnings: readonly PolicyWarning[];
}

/**
 * Everything that can be said about one document without the others: `clawhold policy check FILE` prints it.
 *
 * @param library what it may extend. Default: nothing.
 */
export function checkPolicy(source: string, name: string, library?: PolicyLibrary): PolicyReport {
  const loaded = closePolicy({ name, source }, library);
  const own = loadPolicy(source, name);
  const read = readSource(source, name);
  if (loaded.kind === 'invalid' || own.kind === 'invalid' || read.kind === 'invalid') return { loaded, warnings: [] };
  const warnings = warningsOf(own.document).map(({ path, message, kind, fix }) => ({
    ...read.source.problem(path, message),
    kind,
    fix,
  }));
  return { loaded, warnings: warnings.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

const nobody: Neighbourhood = { others: [], isAlone: false };

function warningsOf(document: PolicyDocument): readonly WarningFinding[] {
  const around = neighbourhoods(document);
  return [
    ...Object.entries(document.network_policies ?? {}).flatMap(([name, policy]) =>
      policy.endpoints.flatMap((endpoint, index) => {
        const path = ['network_policies', name, 'endpoints', index];
        return [...placeWarnings(endpoint, path), ...ruleWarnings(endpoint, around.get(endpoint) ?? nobody, path)];
      }),
    ),
    ...documentBroadWarnings(document),
    ...executableWarnings(document),
    ...writableWarnings(document),
    ...toolWarnings(document),
    ...flowWarnings(document),
    ...listWarnings(document),
    ...conditionWarnings(document),
  ];
}

/** One thing that was found, as every face of the product shows it. */
export interface PolicyFinding extends Problem {
  /** `error`: the document is not loaded. `note`: how it is read differently from what its author may expect. */
  readonly severity: 'error' | 'warning' | 'note';
  /** `invalid`, `difference`, or the kind of a warning. */
  readonly kind: 'invalid' | 'difference' | PolicyWarning['kind'];
  /** What to do about it; undefined where the message says it. */
  readonly fix?: string;
}

/** A report as one list: errors, warnings, notes. */
export function findingsOf({ loaded, warnings }: PolicyReport): readonly PolicyFinding[] {
  if (loaded.kind === 'invalid')
    return loaded.problems.map((problem) => ({ ...problem, severity: 'error', kind: 'invalid' }));
  return [
    ...warnings.map((warning) => ({ ...warning, severity: 'warning' as const })),
    ...loaded.notes.map((problem) => ({ ...problem, severity: 'note' as const, kind: 'difference' as const })),
  ];
}
