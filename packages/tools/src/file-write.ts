import { z } from 'zod';
import { planFileChange } from './plan-on-file.ts';
import { taskPathSchema } from './task-path.ts';
import { defineTool, type Tool } from './tool.ts';

const schema = z.strictObject({
  path: taskPathSchema,
  content: z
    .string()
    .max(2 ** 20)
    .describe('The whole new content.'),
});

export const fileWrite: Tool = defineTool({
  name: 'file.write',
  description: 'Creates a file of the task folder or replaces its whole content. Folders on the way are made.',
  effect: 'reversible',
  schema,
  plan: ({ path, content }, places) =>
    planFileChange(path, {
      content: { name: 'content', value: content },
      command: (file) => ({ arguments: ['/bin/sh', `${places.scripts}/file-write.sh`, file], input: content }),
    }),
});
