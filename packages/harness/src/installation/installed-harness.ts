import { join } from 'node:path';

/** The kinds of third-party agents that Clawhold installs by itself. */
export const installedHarnesses = ['claude-code', 'codex', 'opencode', 'pi', 'openclaw'] as const;
export type InstalledHarness = (typeof installedHarnesses)[number];

const platform = `linux-${process.arch}`;
const target = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-unknown-linux-musl`;

const programs: Readonly<Record<InstalledHarness, string>> = {
  'claude-code': `node_modules/@anthropic-ai/claude-code-${platform}/claude`,
  openclaw: 'node_modules/openclaw/openclaw.mjs',
  pi: 'node_modules/@mariozechner/pi-coding-agent/dist/cli.js',
  // The one that every x64 processor can run; whoever has another finds none.
  opencode: `node_modules/opencode-${platform}-baseline/bin/opencode`,
  codex: `node_modules/@openai/codex-${platform}/vendor/${target}/bin/codex`,
};

/** Where the program of an installation lies, from its folder on. */
export function programIn(harness: InstalledHarness): string {
  return programs[harness];
}

/**
 * Files that only say that scripts of the package have not run yet; without them it does not ask for that. What OpenClaw's
 * script does besides is for package managers, and for a native module that it does without.
 */
export function scriptMarksIn(harness: InstalledHarness): readonly string[] {
  return harness === 'openclaw' ? ['node_modules/openclaw/.openclaw-lifecycle-pending'] : [];
}

/** Where an installation is in every sandbox of its agents, read-only. */
export function placeInside(harness: InstalledHarness): string {
  return `/opt/agents/${harness}`;
}

/** Program and arguments with which an installed agent is started in a sandbox. */
export function commandInside(harness: InstalledHarness): readonly string[] {
  const program = join(placeInside(harness), programIn(harness));
  return /\.m?js$/.test(program) ? ['/opt/node/bin/node', program] : [program];
}

export function isInstalled(harness: string): harness is InstalledHarness {
  return installedHarnesses.some((name) => name === harness);
}

const nameShape = /^([a-z-]+)-(\d[\w.+-]*)-[0-9a-f]{16}$/;

/** The version that the name of an installation says; undefined when it is none of this kind. */
export function versionIn(harness: InstalledHarness, name: string): string | undefined {
  const [, kind, version] = nameShape.exec(name) ?? [];
  return kind === harness ? version : undefined;
}
