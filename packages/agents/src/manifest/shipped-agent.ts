import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const path = join(import.meta.dirname, '../../agents/default.yaml');

/** The manifest, as text, of every agent that has none of its own. */
export function shippedManifest(): string {
  return readFileSync(path, 'utf8');
}
