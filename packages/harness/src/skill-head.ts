import { readYaml } from '@clawhold/documents';

/** What a skill says of itself at the top of its `SKILL.md`, in YAML between two lines of `---`. */
export interface SkillHead {
  /** Its folder's name where it does not say another one. */
  readonly name: string;
  readonly description: string;
}

/** Never throws: what cannot be read says nothing. */
export function readSkillHead(folder: string, text: string): SkillHead {
  const [, head] = /^---\r?\n([\s\S]*?)\r?\n---(?:\r?\n|$)/.exec(text) ?? [];
  const read = head === undefined ? undefined : readYaml(head);
  const said: unknown = read?.kind === 'ok' ? read.source.value : undefined;
  return { name: wordOf(said, 'name') ?? folder, description: wordOf(said, 'description') ?? '' };
}

function wordOf(said: unknown, key: string): string | undefined {
  const value: unknown = typeof said === 'object' && said !== null ? Reflect.get(said, key) : undefined;
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
