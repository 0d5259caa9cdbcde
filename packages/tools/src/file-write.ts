import { z } from 'zod';
import { failureOf, textOf } from './sandbox-command.ts';
import { taskFile, taskPathSchema } from './task-path.ts';
import { checkpoint, defineTool, refused, type Tool } from './tool.ts';

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
  plan: ({ path: asked, content }, places) => {
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
          { name: 'content', role: 'content', value: content },
        ],
        writes: [file],
        request: null,
        command: {
          arguments: ['/bin/sh', `${places.scripts}/file-write.sh`, file],
          input: content,
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
