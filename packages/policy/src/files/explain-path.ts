import { isWithin, type RuleReference } from '@clawhold/spec';
import type { Snapshot } from '../compile/snapshot.ts';
import { type Access, accessAt } from './access-list.ts';
import { filePlace } from './place.ts';
import type { CompiledFiles, NotOffered } from './sandbox-files.ts';

/** What a sandbox may do with one path, as far as the policy goes: the modes of the files count besides. */
export interface PathExplanation {
  readonly access: Access;
  /** For a person, with what would show it when something can. */
  readonly sentence: string;
  /** Where a policy names it in vain. */
  readonly notOffered: readonly RuleReference[];
}

/** @param path absolute, without `..`. */
export function explainPath(path: string, { files }: Snapshot): PathExplanation {
  const place = filePlace(path);
  const answer = (access: Access, sentence: string, named: readonly NotOffered[] = []): PathExplanation => ({
    access,
    sentence,
    notOffered: named.map(({ rule }) => rule),
  });
  const inside = ['/task', '/tmp'].find((folder) => isWithin(path, folder));
  if (place.kind === 'own') return answer('read', `${path} is the sandbox's own; every sandbox has it.`);
  if (place.kind === 'never' && inside === undefined) return answer('hidden', `No sandbox sees ${path}. ${place.why}`);
  const where = place.kind === 'machine' ? (place.paths[0] ?? path) : (inside ?? path);
  const access = accessAt(files.list, where);
  const named = files.notOffered.filter((entry) => isWithin(where, entry.path));
  const [vain] = named;
  if (vain !== undefined) return answer(access, `${notOfferedSentence(vain)} ${consequence(files)}`, named);
  return answer(access, `${sentences[access](path)} A change of that needs a new sandbox.`);
}

/** Why a path that a policy names is not shown. */
function notOfferedSentence({ path, access, rule, by }: NotOffered): string {
  return `${rule.layer}: ${rule.path} names ${path}, and the ${by} does not offer it for ${access === 'write' ? 'writing' : 'reading'}.`;
}

function consequence({ sandbox }: CompiledFiles): string {
  return sandbox.strict ? 'No sandbox starts with that.' : 'It is left out.';
}

const sentences: Readonly<Record<Access, (path: string) => string>> = {
  hidden: (path) =>
    `A sandbox does not see ${path}; \`filesystem_policy.read_only\` of the ceiling offers paths, and that of the agent picks from them.`,
  read: (path) => `A sandbox may read ${path}, and run programs there.`,
  write: (path) => `A sandbox may read and write ${path}; of what it writes only the task folder is kept.`,
};
