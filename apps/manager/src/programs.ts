import { fileURLToPath } from 'node:url';

/** The files that the processes of an installation run: sources beside a source, bundles beside a bundle. */
export const programs: Readonly<Record<'api' | 'worker' | 'supervisor', string>> = {
  api: fileURLToPath(new URL('../../gateway/src/api/main.ts', import.meta.url)),
  worker: fileURLToPath(new URL('../../gateway/src/worker/main.ts', import.meta.url)),
  supervisor: fileURLToPath(new URL('../../supervisor/src/main.ts', import.meta.url)),
};
