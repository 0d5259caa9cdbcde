import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AgentManifest, parseAgentManifest } from './manifest.ts';

const folder = join(import.meta.dirname, '../agents');

/** The agent that runs a task when nobody chose another one. */
export function defaultAgent(): AgentManifest {
  const path = join(folder, 'default.yaml');
  return parseAgentManifest(readFileSync(path, 'utf8'), path);
}
