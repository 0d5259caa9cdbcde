import { join, relative } from 'node:path';

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

const stage = '/run/clawhold';

/** Fixed, so that accounts which cannot pass a 0700 home reach them, and short enough for sockets. */
export const stagedPlaces: Places = Object.freeze({
  app: `${stage}/app`,
  home: `${stage}/home`,
  node: `${stage}/node`,
  runtime: `${stage}/sockets`,
});

/**
 * Binds code and Node (read-only) and state below the stage, which nobody outside this mount namespace sees, then
 * becomes the manager there: code of the platform is only ever loaded from a place that its accounts can reach. Host
 * mounts that come later still come in. `$1` code, `$2` state, `$3` Node, then the manager's program, as it lies on the
 * stage, with its arguments.
 */
const enterStage = `
fail() {
  printf '%s\\n' '{"kind":"failed","code":"host_mount_failed","message":"Preparing ${stage} failed.","hint":"Root in a container may lack CAP_SYS_ADMIN. Start Clawhold as an ordinary user instead."}'
  exit 1
}
app=$1 home=$2 node=$3
shift 3
mkdir -p ${stage} || fail
mount -t tmpfs -o mode=0755,nosuid,nodev,size=1m clawhold ${stage} || fail
mkdir ${stage}/app ${stage}/home ${stage}/node ${stage}/sockets || fail
mount --bind "$home" ${stage}/home || fail
mount --bind "$app" ${stage}/app && mount -o remount,bind,ro,nosuid ${stage}/app || fail
mount --bind "$node" ${stage}/node && mount -o remount,bind,ro,nosuid ${stage}/node || fail
exec ${stage}/node/node --disable-warning=ExperimentalWarning "$@"
`;

/** Where a file of the code lies on the stage. */
export function onStage(app: string, path: string): string {
  return join(stagedPlaces.app, relative(app, path));
}

/** The command that becomes the manager on the stage (util-linux and sh, which every Debian has). */
export function stageCommand(
  sources: Pick<Places, 'app' | 'home' | 'node'>,
  argv: readonly string[],
): readonly string[] {
  const namespace = ['/usr/bin/unshare', '--mount', '--propagation', 'slave', '--'];
  return [...namespace, '/bin/sh', '-c', enterStage, 'clawhold', sources.app, sources.home, sources.node, ...argv];
}
