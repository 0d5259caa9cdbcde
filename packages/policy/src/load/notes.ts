import type { PolicyDocument } from '@clawhold/spec';
import type { Finding } from './problem.ts';

/** Where this document is read in another way than its author may expect, above all an author who knows OpenShell. */
export function notesOf(document: PolicyDocument): readonly Finding[] {
  const notes: Finding[] = [];
  for (const [name, policy] of Object.entries(document.network_policies ?? {})) {
    const path = ['network_policies', name];
    const narrow = policy.binaries?.some((binary) => binary.path !== '/**' && binary.path !== '**') ?? false;
    if (narrow)
      notes.push({
        path: [...path, 'binaries'],
        message: 'Opened for these executables only; a caller whose executable is not known is not let through.',
      });
    for (const [index, { enforcement }] of policy.endpoints.entries())
      if (enforcement === 'audit')
        notes.push({
          path: [...path, 'endpoints', index, 'enforcement'],
          message: '`enforcement: audit` loads as `enforce`: nothing passes that is only looked at.',
        });
  }
  if (document.budgets?.cost !== undefined && document.inference?.prices === undefined)
    notes.push({ path: ['budgets', 'cost'], message: 'Cost is counted at the `inference.prices` of the ceiling.' });
  return notes;
}
