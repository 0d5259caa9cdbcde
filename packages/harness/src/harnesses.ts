import { acp } from './acp/acp.ts';
import { claudeCode } from './claude-code.ts';
import { codex } from './codex.ts';
import { command } from './command.ts';
import type { Harness } from './harness.ts';
import { openclaw } from './openclaw/openclaw.ts';
import { opencode } from './opencode.ts';
import { pi } from './pi.ts';

/** Every kind of third-party agent that there is. The next one is a file beside this, a name and a line below. */
export const harnessNames = ['command', 'acp', 'claude-code', 'codex', 'opencode', 'pi', 'openclaw'] as const;
export type HarnessName = (typeof harnessNames)[number];

const harnesses: Readonly<Record<HarnessName, Harness>> = {
  command,
  acp,
  'claude-code': claudeCode,
  codex,
  opencode,
  pi,
  openclaw,
};

export function harnessOf(name: HarnessName): Harness {
  return harnesses[name];
}
