import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { ClawholdError } from '@clawhold/spec';

/** Where things lie for the processes of an installation. Without root these are simply where they are. */
export interface Places {
  /** The code, read-only. */
  readonly app: string;
  /** The state of the installation. */
  readonly home: string;
  /** The folder of the Node 24 that runs all of it. */
  readonly node: string;
  /** For sockets: short, private, gone after a restart of the machine. */
  readonly runtime: string;
}

/** Fixed, so that accounts which cannot pass a 0700 home reach it, and short enough for sockets. */
const stage = '/run/clawhold';

/**
 * As root, in a mount namespace of our own: binds code (read-only), state and Node below {@link stage}, which nobody
 * outside sees. Host mounts that come later still come in.
 *
 * @throws ClawholdError `host_mount_failed`.
 */
export function enterStage(sources: Pick<Places, 'app' | 'home' | 'node'>): Places {
  const places = { app: `${stage}/app`, home: `${stage}/home`, node: `${stage}/node`, runtime: `${stage}/sockets` };
  mkdirSync(stage, { recursive: true, mode: 0o755 });
  mount('-t', 'tmpfs', '-o', 'mode=0755,nosuid,nodev,size=1m', 'clawhold', stage);
  for (const folder of Object.values(places)) mkdirSync(folder, { mode: 0o755 });
  mount('--bind', sources.home, places.home);
  for (const name of ['app', 'node'] as const) {
    mount('--bind', sources[name], places[name]);
    mount('-o', 'remount,bind,ro,nosuid', places[name]);
  }
  return places;
}

function mount(...args: string[]): void {
  const result = spawnSync('mount', args, { encoding: 'utf8' });
  if (result.status === 0) return;
  throw new ClawholdError(
    'host_mount_failed',
    `Preparing ${stage} failed: ${result.stderr?.trim() ?? 'no mount program'}.`,
    {
      cause: result.error,
      hint: 'Root in a container may lack CAP_SYS_ADMIN. Start Clawhold as an ordinary user instead.',
    },
  );
}

/** The command that runs `argv` in a mount namespace of its own (util-linux, which every Debian has). */
export function ownMountNamespace(argv: readonly string[]): readonly string[] {
  return ['unshare', '--mount', '--propagation', 'slave', '--', ...argv];
}
