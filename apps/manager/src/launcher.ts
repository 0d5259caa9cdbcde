import { existsSync } from 'node:fs';
import { ClawholdError } from '@clawhold/spec/error';

/** @throws ClawholdError `host_launcher_missing`. */
export function requireLauncher(path: string): void {
  if (existsSync(path)) return;
  throw new ClawholdError('host_launcher_missing', 'The sandbox launcher is not built.', {
    hint: 'Start with "npm start", which builds it.',
  });
}
