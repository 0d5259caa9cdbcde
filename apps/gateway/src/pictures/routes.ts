import { ClawholdError, id } from '@clawhold/spec';
import type { BlobStore } from '../blobs/blob-store.ts';
import { type ApiApp, newApp } from '../http/app.ts';
import { createRoute, json, refusedAs, z } from '../http/openapi.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { Timeline } from '../timeline/timeline.ts';

const readPicture = createRoute({
  method: 'get',
  path: '/runs/{run}/pictures/{sequence}',
  operationId: 'readPicture',
  summary: 'What the browser of a run showed after a step. `sequence` is that of the timeline entry of kind `picture`.',
  request: { params: z.object({ run: id('run'), sequence: z.coerce.number().int().positive() }) },
  responses: {
    200: json(
      z
        .object({ jpeg: z.string() })
        .openapi('Picture', { description: '`jpeg` is base64. A stranger’s page made it.' }),
      'The picture.',
    ),
    ...refusedAs('state_no_such_run', 'state_no_such_picture'),
  },
});

export interface PictureRoutesParts {
  readonly runStore: Pick<RunStore, 'read'>;
  readonly timeline: Pick<Timeline, 'read'>;
  readonly blobs: Pick<BlobStore, 'read'>;
}

export function pictureRoutes({ runStore, timeline, blobs }: PictureRoutesParts): ApiApp {
  const app = newApp();
  app.openapi(readPicture, async (context) => {
    const { run, sequence } = context.req.valid('param');
    await runStore.read(run);
    const [entry] = await timeline.read(run, sequence - 1, 1);
    if (entry?.sequence !== sequence || entry.body.kind !== 'picture')
      throw new ClawholdError('state_no_such_picture', `The run ${run} has no picture ${sequence}.`, { status: 404 });
    return context.json({ jpeg: await blobs.read(entry.body.blob) }, 200);
  });
  return app;
}
