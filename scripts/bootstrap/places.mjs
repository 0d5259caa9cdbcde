import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What we build and remember. It lies in node_modules, so it ends with it. */
export const cache = join(root, 'node_modules', '.cache', 'clawhold');

/** Our programs as they run, see programs.mjs. */
export const programs = join(cache, 'programs');

export const bin = join(root, 'node_modules', '.bin');

/**
 * PATH without node_modules: `npm run` puts `.bin` first, where `node` is the Node 24 of this checkout, and `npm ci`
 * deletes that folder with the interpreter in it.
 */
export const outsidePath = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter);
