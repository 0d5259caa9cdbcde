import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import type { MiddlewareHandler } from 'hono';

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** @param name of a file, or its extension. */
export function mediaTypeOf(name: string): string {
  return mediaTypes[name.startsWith('.') ? name : extname(name)] ?? 'application/octet-stream';
}

interface StaticFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly cache: string;
}

/**
 * Serves the built console from memory: a fixed set of files read once, so no request ever names a path on disk.
 * Every other path without an extension is the application's own and gets its page.
 */
export async function staticFiles(folder: string): Promise<MiddlewareHandler> {
  const files = await load(folder);
  const page = files.get('/index.html');
  return async (context, next) => {
    if (context.req.method !== 'GET') return next();
    const { path } = context.req;
    const file = files.get(path) ?? (extname(path) === '' ? page : undefined);
    if (file === undefined) return next();
    return context.body(file.bytes, 200, { 'content-type': file.type, 'cache-control': file.cache });
  };
}

async function load(folder: string): Promise<ReadonlyMap<string, StaticFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = new Map<string, StaticFile>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = `/${relative(folder, path).split(sep).join('/')}`;
    files.set(name, {
      bytes: new Uint8Array(await readFile(path)),
      type: mediaTypeOf(name),
      // Vite puts a hash of the content into every name below assets.
      cache: name.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-store',
    });
  }
  return files;
}
