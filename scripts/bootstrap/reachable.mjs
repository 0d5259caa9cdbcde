import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { root } from './places.mjs';

/** Where the checkout is shown when other accounts cannot reach it: only inside the mount namespace made for that. */
const elsewhere = '/run/clawhold-checkout';

const script = 'mount --bind "$1" "$2" && cd "$2" && shift 2 && exec "$@"';

/**
 * Where to run a task that uses other accounts: in the checkout, or, for root in a private folder, in a mount namespace
 * of its own that shows the checkout at a place everyone may pass to.
 *
 * @returns {{ root: string, wrap: (command: readonly string[]) => readonly string[] }}
 */
export function reachableRoot() {
  if (process.getuid?.() !== 0 || everyoneMayPass(root)) return { root, wrap: (command) => command };
  mkdirSync(elsewhere, { recursive: true, mode: 0o755 });
  const prefix = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', root, elsewhere];
  return { root: elsewhere, wrap: (command) => [...prefix, ...command] };
}

function everyoneMayPass(folder) {
  const open = (statSync(folder).mode & 0o001) !== 0;
  return open && (folder === dirname(folder) || everyoneMayPass(dirname(folder)));
}
