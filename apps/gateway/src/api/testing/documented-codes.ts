import { problemSchema } from '@clawhold/spec';
import { z } from 'zod';
import { apiDocument } from '../document.ts';

const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        responses: z.record(
          z.string(),
          z.object({
            content: z
              .record(z.string(), z.object({ examples: z.record(z.string(), z.unknown()).optional() }))
              .optional(),
          }),
        ),
      }),
    ),
  ),
});

const { paths } = documentSchema.parse(JSON.parse(JSON.stringify(apiDocument())));
const routes = Object.entries(paths).map(([path, operations]) => ({
  pattern: new RegExp(`^/api/v1${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  operations,
}));

/** The code of a refusal, with its route, when the document of the API does not name it there. */
export function undocumentedCode(method: string, target: string, answer: unknown): string | undefined {
  const problem = problemSchema.safeParse(answer);
  const [path = ''] = target.split('?');
  const operation = routes.find(({ pattern }) => pattern.test(path))?.operations[method.toLowerCase()];
  if (!problem.success || operation === undefined) return undefined;
  const { code, status } = problem.data;
  const media = operation.responses[String(status)]?.content?.['application/problem+json'];
  // What file jobs fail with has many words; one stands for all.
  const isNamed = Object.keys(media?.examples ?? {}).some(
    (named) => named === code || (named === 'files_failed' && code.startsWith('files_')),
  );
  return isNamed ? undefined : `${method} ${path}: ${status} ${code}`;
}
