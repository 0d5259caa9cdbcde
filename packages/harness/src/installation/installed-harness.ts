import { join } from 'node:path';

/** The kinds of third-party agents that Clawhold installs by itself. */
export const installedHarnesses = ['claude-code', 'codex'] as const;
export type InstalledHarness = (typeof installedHarnesses)[number];

const platform = `linux-${process.arch}`;
const target = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-unknown-linux-musl`;

const programs: Readonly<Record<InstalledHarness, string>> = {
  'claude-code': `node_modules/@anthropic-ai/claude-code-${platform}/claude`,
  codex: `node_modules/@openai/codex-${platform}/vendor/${target}/bin/codex`,
};

/** Where the program of an installation lies, from its folder on. */
export function programIn(harness: InstalledHarness): string {
  return programs[harness];
}

/** Where an installation is in every sandbox of its agents, read-only. */
export function placeInside(harness: InstalledHarness): string {
  return `/opt/agents/${harness}`;
}

/** Program and arguments with which an installed agent is started in a sandbox. */
export function commandInside(harness: InstalledHarness): readonly string[] {
  return [join(placeInside(harness), programIn(harness))];
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
