import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyLibrary } from '../src/index.ts';

/**
 * The presets that ship with Clawhold, as text, by the name under which documents extend them: `preset:npm`. It stands
 * beside them and outside of `src`, which reads no files.
 */
export function shippedPresets(): PolicyLibrary {
  const files = readdirSync(import.meta.dirname).filter(
    (file) => file.endsWith('.yaml') && !file.endsWith('.policy-test.yaml'),
  );
  return Object.fromEntries(
    files.map((file) => [
      `preset:${file.replace(/\.yaml$/, '')}`,
      readFileSync(join(import.meta.dirname, file), 'utf8'),
    ]),
  );
}
