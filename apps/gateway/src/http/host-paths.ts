import { problemMediaType, problemSchema, type StagedFolder, withHostPaths } from '@clawhold/spec';
import type { MiddlewareHandler } from 'hono';

/** Names files by the paths that people know, in every error that leaves. */
export function hostPathsInProblems(folders: readonly StagedFolder[]): MiddlewareHandler {
  return async (context, next) => {
    await next();
    if (context.res.headers.get('content-type') !== problemMediaType) return;
    const { hint, ...problem } = problemSchema.parse(await context.res.json());
    const told = {
      ...problem,
      title: withHostPaths(problem.title, folders),
      ...(hint === undefined ? {} : { hint: withHostPaths(hint, folders) }),
    };
    context.res = new Response(JSON.stringify(told), context.res);
  };
}
