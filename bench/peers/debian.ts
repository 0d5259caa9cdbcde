import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { progress } from '../topic.ts';

/** Programs of Debian that peers need, with their packages. */
const packages = { bwrap: 'bubblewrap', socat: 'socat', rg: 'ripgrep' } as const;

export type DebianProgram = keyof typeof packages;

/** Installs programs by apt-get when we are root and they are missing. Answers what is missing still, and what to do. */
export function ensurePrograms(programs: readonly DebianProgram[]): string | undefined {
  const wanted = programs.filter((program) => find(program) === undefined).map((program) => packages[program]);
  if (wanted.length === 0) return undefined;
  const command = ['apt-get', 'install', '-y', '--no-install-recommends', ...wanted] as const;
  if (process.getuid?.() === 0) {
    progress(command.join(' '));
    const [file, ...words] = command;
    spawnSync(file, words, {
      stdio: ['ignore', 'ignore', 2],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (programs.every((program) => find(program) !== undefined)) return undefined;
  }
  return `not installed; as root: ${command.join(' ')}`;
}

function find(program: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
