import { isWithin, type ScratchFolder, scratchFolders, systemFolders } from '@clawhold/spec';

/** What a path of a `filesystem_policy` names. */
export type FilePlace =
  /** The sandbox's own, always there, and never the machine's. */
  | { readonly kind: 'own' }
  | { readonly kind: 'task' }
  | { readonly kind: 'scratch'; readonly folder: ScratchFolder }
  /** Something of the machine, in normal form; `/etc` is several folders. */
  | { readonly kind: 'machine'; readonly paths: readonly string[] }
  | { readonly kind: 'never'; readonly why: string };

/** Made by the launcher for each sandbox (`layers/skeleton.c`), or given to all of them. */
const own: ReadonlySet<string> = new Set([
  '/proc',
  '/dev',
  ...['null', 'zero', 'full', 'random', 'urandom', 'fd', 'stdin', 'stdout', 'stderr'].map((name) => `/dev/${name}`),
  ...['passwd', 'group', 'hosts', 'hostname', 'resolv.conf', 'nsswitch.conf'].map((name) => `/etc/${name}`),
]);

const ownTrees = ['/opt/node', '/opt/clawhold'] as const;

/** Where links lead on a merged system, and in every sandbox. */
const links: ReadonlyMap<string, string> = new Map([
  ...['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'].map((name) => [`/${name}`, `/usr/${name}`] as const),
  ['/var/tmp', '/tmp'],
]);

const keepsSecrets = 'It keeps secrets of the machine.';

/** Trees that no sandbox sees, whatever a ceiling says. */
const neverTrees: readonly (readonly [tree: string, why: string])[] = [
  ['/proc', 'Only `/proc` as a whole can be named; it is always the one of the sandbox.'],
  ['/sys', 'It shows the kernel and its devices.'],
  ['/dev', 'A sandbox has /dev/null, zero, full, random and urandom, and no other device.'],
  ['/run', 'The sockets of the machine lie there.'],
  ['/var/run', 'The sockets of the machine lie there.'],
  ['/tmp', 'Name `/tmp` as a whole; it is always the one of the sandbox.'],
  ['/task', 'The task folder is shown as a whole; name `/task`, or set `include_workdir`.'],
  ['/boot', 'It keeps the kernel.'],
  ['/lost+found', keepsSecrets],
  ...[
    'shadow',
    'shadow-',
    'gshadow',
    'gshadow-',
    'passwd-',
    'group-',
    'ssh',
    'sudoers',
    'sudoers.d',
    'ssl/private',
  ].map((name) => [`/etc/${name}`, keepsSecrets] as const),
];

/** Folders in which too much lies together to be shown as one; something in them may be named. */
const tooWide: ReadonlySet<string> = new Set(['/', '/home', '/root', '/var', '/var/lib', '/opt']);

/** What an absolute path without `..` names; the same for every way of writing it. */
export function filePlace(written: string): FilePlace {
  const path = normalised(written);
  const scratch = scratchFolders.find((folder) => folder === path);
  if (scratch !== undefined) return { kind: 'scratch', folder: scratch };
  if (path === '/task') return { kind: 'task' };
  if (own.has(path) || ownTrees.some((tree) => isWithin(path, tree))) return { kind: 'own' };
  const never = neverTrees.find(([tree]) => isWithin(path, tree));
  if (never !== undefined) return { kind: 'never', why: never[1] };
  if (tooWide.has(path))
    return { kind: 'never', why: 'Too much lies together there; name the folders in it that are needed.' };
  // The rest of /etc is a sandbox's own, as far as it has it.
  if (path === '/etc') return { kind: 'machine', paths: systemFolders.filter((folder) => isWithin(folder, path)) };
  return { kind: 'machine', paths: [path] };
}

function normalised(written: string): string {
  const path = `/${written
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.')
    .join('/')}`;
  const link = [...links].find(([from]) => isWithin(path, from));
  return link === undefined ? path : link[1] + path.slice(link[0].length);
}
