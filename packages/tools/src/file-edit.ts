import { z } from 'zod';
import { planFileChange } from './plan-on-file.ts';
import { taskPathSchema } from './task-path.ts';
import { defineTool, type Tool } from './tool.ts';

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
  plan: ({ path, old, new: replacement, replace_all: all = false }, places) =>
    planFileChange(path, {
      content: { name: 'new', value: replacement },
      command: (file) => ({
        arguments: [places.node, `${places.scripts}/file-edit.mjs`],
        input: JSON.stringify({ path: file, old, new: replacement, all }),
      }),
    }),
});
