import { z } from 'zod';
import { failureOf, textOf } from './sandbox-command.ts';
import { taskFile, taskPathSchema } from './task-path.ts';
import { checkpoint, defineTool, refused, type Tool } from './tool.ts';

const schema = z.strictObject({
  path: taskPathSchema,
  old: z
    .string()
    .min(1)
    .max(2 ** 18)
    .describe('The text to replace, exactly as it stands in the file.'),
  new: z
    .string()
    .max(2 ** 18)
    .describe('What to put in its place.'),
  replace_all: z.boolean().optional().describe('Replace every occurrence. Default: there must be exactly one.'),
});

export const fileEdit: Tool = defineTool({
  name: 'file.edit',
  description:
    'Replaces a piece of text in a file of the task folder. The old text must match exactly, and once only unless replace_all is set.',
  effect: 'reversible',
  schema,
  plan: ({ path: asked, old, new: replacement, replace_all: all = false }, places) => {
    const path = taskFile(asked);
    if (path.kind === 'refused') return refused(path.reason);
    const file = path.path;
    return {
      kind: 'ok',
      plan: {
        effect: 'reversible',
        inverse: checkpoint,
        parameters: [
          { name: 'path', role: 'plain', value: file },
          { name: 'new', role: 'content', value: replacement },
        ],
        writes: [file],
        request: null,
        command: {
          arguments: [places.node, `${places.scripts}/file-edit.mjs`],
          input: JSON.stringify({ path: file, old, new: replacement, all }),
          timeoutMilliseconds: 30_000,
          keepBytes: 4_096,
        },
        read: (result) => {
          const failure = failureOf(result);
          return {
            ok: failure === undefined,
            output: failure ?? textOf(result.stdout).trim(),
            from: { kind: 'files', paths: [file] },
          };
        },
      },
    };
  },
});
