import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A registry with one package, and what is needed to install exactly that. */
export interface TestRegistry {
  readonly url: string;
  readonly server: Server;
  /** Paths that were asked for. */
  readonly asked: readonly string[];
  /** While it is true, a package is begun and never finished. */
  stalls: boolean;
  readonly manifest: string;
  /** @param integrity default: the right one. */
  lock(integrity?: string): string;
}

export async function startRegistry(
  folder: string,
  name: string,
  files: Record<string, string>,
): Promise<TestRegistry> {
  const document = { name, version: '1.0.0', scripts: { install: 'echo ran > ran' } };
  for (const [path, content] of Object.entries({ 'package.json': JSON.stringify(document), ...files })) {
    await mkdir(dirname(join(folder, 'package', path)), { recursive: true });
    await writeFile(join(folder, 'package', path), content, { mode: 0o700 });
  }
  await run('tar', ['-czf', 'package.tgz', 'package'], { cwd: folder });
  const tarball = await readFile(join(folder, 'package.tgz'));
  const own = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    asked.push(path);
    if (!path.endsWith('.tgz')) {
      const dist = { tarball: `${url}/${name}/-/package-1.0.0.tgz`, integrity: own };
      const version = { ...document, hasInstallScript: true, dist };
      const body = { name, 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': version } };
      return void response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    }
    response.setHeader('content-length', tarball.length);
    if (registry.stalls) return void response.write(tarball.subarray(0, 10));
    return void response.end(tarball);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens
  const dependencies = { [name]: '1.0.0' };
  const registry: TestRegistry = {
    url,
    server,
    asked,
    stalls: false,
    manifest: JSON.stringify({ private: true, dependencies }),
    lock: (integrity = own) =>
      JSON.stringify({
        lockfileVersion: 3,
        requires: true,
        packages: {
          '': { dependencies },
          [`node_modules/${name}`]: { version: '1.0.0', integrity, hasInstallScript: true },
        },
      }),
  };
  return registry;
}
