import { OpenAPIHono } from '@hono/zod-openapi';
import type { Authenticated } from './authenticate.ts';
import { inputProblem, onError, onNotFound } from './problems.ts';

/** A room's routes, and the whole API: what is documented is what is checked. */
export type ApiApp = OpenAPIHono<Authenticated>;

/** An app whose inputs are checked against their schemas and whose errors are problem details. */
export function newApp(): ApiApp {
  const app = new OpenAPIHono<Authenticated>({
    defaultHook: (result) => {
      if (!result.success) throw inputProblem(result.error);
    },
  });
  app.onError(onError);
  app.notFound(onNotFound);
  return app;
}
