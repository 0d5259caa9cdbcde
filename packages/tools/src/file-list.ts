import { z } from 'zod';
import { failureOf, textOf } from './sandbox-command.ts';
import { shownName, taskPath, taskPathSchema } from './task-path.ts';
import { defineTool, noInverse, refused, type Tool } from './tool.ts';

const maximumEntries = 2_000;

const schema = z.strictObject({
  path: taskPathSchema.optional().describe('Folder, relative to the task folder. Default: the task folder.'),
  depth: z.int().min(1).max(8).optional().describe('How many levels to show. Default: 2.'),
});

export const fileList: Tool = defineTool({
  name: 'file.list',
  description:
    'Lists files and folders of the task folder with their sizes. Folders end in "/"; .git and node_modules are not opened.',
  effect: 'read',
  schema,
  plan: ({ path: asked = '', depth = 2 }, places) => {
    const folder = taskPath(asked);
    if (folder.kind === 'refused') return refused(folder.reason);
    return {
      kind: 'ok',
      plan: {
        effect: 'read',
        inverse: noInverse,
        parameters: [{ name: 'path', role: 'plain', value: folder.path }],
        writes: [],
        programs: null,
        request: null,
        browser: null,
        command: {
          arguments: [
            '/bin/sh',
            `${places.scripts}/file-list.sh`,
            folder.path,
            String(depth),
            String(maximumEntries + 1),
          ],
          input: '',
          timeoutMilliseconds: 30_000,
          keepBytes: 2 ** 20,
        },
        read: (result) => {
          const failure = failureOf(result);
          if (failure !== undefined)
            return { ok: false, output: failure, from: { kind: 'files', paths: [folder.path], part: 'name' } };
          const entries = readEntries(textOf(result.stdout), folder.path);
          const shown = entries.slice(0, maximumEntries);
          const more = entries.length > maximumEntries || result.missing.stdout > 0;
          const lines = shown.map(line);
          if (more) lines.push('(there are more; list a folder below)');
          return {
            ok: true,
            output: lines.length === 0 ? '(an empty folder)' : lines.join('\n'),
            from: {
              kind: 'files',
              part: 'name',
              paths: [...(folder.path === '' ? [] : [folder.path]), ...shown.map(({ path }) => path)],
            },
          };
        },
      },
    };
  },
});

interface Entry {
  readonly type: string;
  readonly size: string;
  /** Relative to the task folder. */
  readonly path: string;
}

function readEntries(text: string, folder: string): readonly Entry[] {
  return text
    .split('\0')
    .flatMap((record): readonly Entry[] => {
      const match = /^(.) (\d+) (.+)$/su.exec(record);
      if (match === null) return [];
      const [, type = '', size = '', name = ''] = match;
      return [{ type, size, path: folder === '' ? name : `${folder}/${name}` }];
    })
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function line({ type, size, path }: Entry): string {
  const name = shownName(path);
  if (type === 'd') return `${name}/`;
  if (type === 'l') return `${name} (symbolic link)`;
  return type === 'f' ? `${name} (${size} bytes)` : `${name} (special file)`;
}
