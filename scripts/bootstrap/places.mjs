import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What we build and remember. It lies in node_modules, so it ends with it. */
export const cache = join(root, 'node_modules', '.cache', 'clawhold');

/** What Node keeps of our code, see code-cache.mjs. */
export const codeCache = join(cache, 'code');

/** Makes a Node 24 use it. Portable: root's processes see the checkout at another path. */
export const codeCacheVariables = { NODE_COMPILE_CACHE: codeCache, NODE_COMPILE_CACHE_PORTABLE: '1' };

export const bin = join(root, 'node_modules', '.bin');

/**
 * PATH without node_modules: `npm run` puts `.bin` first, where `node` is the Node 24 of this checkout, and `npm ci`
 * deletes that folder with the interpreter in it.
 */
export const outsidePath = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter);
