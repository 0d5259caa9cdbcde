import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache, root } from './places.mjs';

/**
 * The digest of files, by name and content.
 *
 * @param {readonly string[]} files paths from the root
 * @param {string} salt what else the result depends on
 */
export function fingerprint(files, salt = '') {
  const hash = createHash('sha256').update(salt);
  for (const file of files.toSorted()) {
    const content = readFileSync(join(root, file));
    hash.update(`\0${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * Like {@link fingerprint}, but of size and time of change instead of content: quicker, for what is only about speed.
 *
 * @param {readonly string[]} files paths from the root
 * @param {string} salt what else the result depends on
 */
export function states(files, salt = '') {
  const hash = createHash('sha256').update(salt);
  for (const file of files.toSorted()) {
    const { size, mtimeMs } = statSync(join(root, file));
    hash.update(`\0${file}\0${size}\0${mtimeMs}`);
  }
  return hash.digest('hex');
}

/** @param {string} folder from the root @returns {string[]} every file in it that is not generated, from the root */
export function filesIn(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : filesIn(path);
    return entry.isFile() ? [path] : [];
  });
}

/** Whether the step of that name was last finished with this fingerprint. */
export function isCurrent(name, wanted) {
  try {
    return readFileSync(join(cache, `${name}.stamp`), 'utf8') === wanted;
  } catch {
    return false;
  }
}

/** Remembers that it was. */
export function remember(name, finished) {
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, `${name}.stamp`), finished);
}
