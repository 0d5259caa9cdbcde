import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the installation: the folder that was cloned. */
const root: string = dirname(dirname(dirname(dirname(import.meta.dirname))));

/** The version of the installation. */
export const version: string = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string })
  .version; // our own package.json

/** The program that keeps an installation running. */
export const manager: string = fileURLToPath(new URL('../../../manager/src/main.ts', import.meta.url));

/** What `npm start` builds and remembers. */
export const cache: string = join(root, 'node_modules', '.cache', 'clawhold');
