import type { PolicyDocument } from '@clawhold/spec';
import { readMiddleware } from '../load/known-middlewares.ts';
import { compileSite } from '../request/site.ts';
import type { CompiledMiddleware } from './snapshot.ts';

/** In their order. What is wrong with one was found before (`documentFindings`). */
export function compileMiddlewares({
  network_middlewares: middlewares,
}: PolicyDocument): readonly CompiledMiddleware[] {
  return Object.values(middlewares ?? {})
    .toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0))
    .flatMap(({ middleware, config, endpoints: { include, exclude = [] } }) => {
      const read = readMiddleware(middleware, config);
      const [included, excluded] = [compileSite(include, undefined), compileSite(exclude, undefined)];
      if (read.kind !== 'ok' || included.kind !== 'ok' || excluded.kind !== 'ok') return [];
      const isFor = (host: string): boolean => included.site.matches(host, '/') && !excluded.site.matches(host, '/');
      return [Object.freeze({ isFor, takesOut: read.takesOut })];
    });
}
