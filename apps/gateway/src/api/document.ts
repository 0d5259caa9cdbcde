import type { ControlPlane } from './control-plane.ts';
import { httpFace } from './http-face.ts';

/** The OpenAPI 3.1 document of the HTTP API. It depends on nothing but the code. */
export function apiDocument(): object {
  // Routes are declared without touching the rooms behind them; only requests do.
  const nothing = {} as ControlPlane;
  const app = httpFace(
    { ...nothing, version: '1' },
    { tokenDigest: '', origins: () => new Set(), console: (_, next) => next(), folders: [], port: () => 0 },
  );
  return app.document();
}
