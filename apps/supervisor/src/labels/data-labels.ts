import { Buffer } from 'node:buffer';
import { findShapes } from '@clawhold/detect';
import type { FileRules } from '@clawhold/flow';
import { fileRules, isSecretTool, type Snapshot, secretContents } from '@clawhold/policy';
import type { KeptSecrets } from './kept-secrets.ts';

/** The labels of the files of a task folder: as the policy says, and as runs before this one left them. */
export function taskFiles(snapshot: Snapshot, folder: string, kept: KeptSecrets): FileRules {
  const rules = fileRules(snapshot);
  return {
    anyExternal: rules.anyExternal,
    integrityOf: rules.integrityOf,
    get anySecret() {
      return rules.anySecret || kept.any(folder);
    },
    // A policy speaks of what is in a file; the name of one that a run wrote is a word of that run too.
    isSecret: (path, part) => (part === 'content' && rules.isSecret(path)) || kept.has(folder, path),
  };
}

/** Whether a policy calls the result of a tool secret: all of what it answers, or what stands in it. */
export function isSecretResult(
  { tool, text }: { readonly tool: string; readonly text: string },
  policy: Snapshot,
): boolean {
  return isSecretTool(tool, policy) || holdsSecret(text, policy);
}

/** Whether something stands in a text that the policy calls secret. */
export function holdsSecret(text: string, policy: Snapshot): boolean {
  const contents = secretContents(policy);
  return contents.length > 0 && findShapes(Buffer.from(text), contents).length > 0;
}
