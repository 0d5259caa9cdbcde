import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { nodeDigests } from './node-digests.mjs';
import { root } from './places.mjs';
import { step } from './progress.mjs';
import { isCurrent, remember } from './stamp.mjs';
import { Stop } from './stop.mjs';

/** The Node 24 to go on with: npm's, or the one that runs this when it is new enough and npm has none. */
export async function findNode() {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(root, 'node_modules', name);
  if (existsSync(folder)) return verified(name, folder);
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new Stop(
    `there is no Node 24 from npm for ${process.platform}-${process.arch}, and this is ${process.version}; install Node 24 and try again`,
  );
}

async function verified(name, folder) {
  const path = join(folder, 'bin', 'node');
  const { size, mtimeMs, ino } = statSync(path);
  const seen = `${path} ${size} ${mtimeMs} ${ino}`;
  if (isCurrent('node', seen)) return path;
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const expected = nodeDigests[`${name}@${version}`];
  if (expected === undefined) throw new Stop(`scripts/bootstrap/node-digests.mjs has no digest for ${name}@${version}`);
  const actual = await step(`checking the digest of Node ${version}`, () => digestOf(path));
  if (actual !== expected)
    throw new Stop(`${path} is not the program we know (SHA-256 ${actual}); remove node_modules and try again`);
  remember('node', seen);
  return path;
}

async function digestOf(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}
