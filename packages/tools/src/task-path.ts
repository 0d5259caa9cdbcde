import { z } from 'zod';

/** A path of the task folder as a model may write it. Control characters would be read as something else somewhere. */
export const taskPathSchema: z.ZodString = z
  .string()
  .max(1_024)
  .refine((path) => !/\p{Cc}/u.test(path), 'a path holds no control characters')
  .describe('Path relative to the task folder.');

/** Where the task folder is inside a sandbox. */
const taskFolder = '/task';

export type TaskPath =
  | { readonly kind: 'ok'; readonly path: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** Writes a path relative to the task folder, without `.`, `..` and doubled slashes; the folder itself is empty. */
export function taskPath(text: string): TaskPath {
  const inside = text === taskFolder || text.startsWith(`${taskFolder}/`) ? text.slice(taskFolder.length + 1) : text;
  if (inside.startsWith('/'))
    return { kind: 'refused', reason: `${text} is outside the task folder; use a path relative to it, or shell.exec.` };
  const kept: string[] = [];
  for (const segment of inside.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') kept.push(segment);
    else if (kept.pop() === undefined)
      return { kind: 'refused', reason: `${text} leads out of the task folder; use a path inside it.` };
  }
  return { kind: 'ok', path: kept.join('/') };
}

/** A path that names a file, not the folder itself. */
export function taskFile(text: string): TaskPath {
  const path = taskPath(text);
  return path.kind === 'ok' && path.path === '' ? { kind: 'refused', reason: 'Name a file in the task folder.' } : path;
}

/** Makes a name that was found safe to print on a line of its own. */
export function shownName(name: string): string {
  return name.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
