import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';

const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.json': 'application/json' };

/** Answers with a file below a folder, or with the `index.html` or `index.json` of a folder in it. */
export async function answerFile(folder: string, url: string, response: ServerResponse): Promise<void> {
  const path = join(folder, normalize(decodeURIComponent(new URL(url, 'http://none').pathname)));
  for (const place of [path, join(path, 'index.html'), join(path, 'index.json')]) {
    const content = await readFile(place).catch(() => undefined);
    if (content === undefined) continue;
    response.setHeader('content-type', types[extname(place)] ?? 'application/octet-stream');
    response.end(content);
    return;
  }
  response.writeHead(404).end();
}
