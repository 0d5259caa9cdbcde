import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export type SandboxDriverName =
  | 'launcher'
  | 'bubblewrap'
  | 'crun'
  | 'runc'
  | 'podman'
  | 'docker'
  | 'microvm'
  | 'kubernetes';

/** A way to make the containers of sandboxes. */
export interface SandboxDriverDeclaration {
  /** The engine's program; null: none is started. */
  readonly program: string | null;
  /** Debian's package with that program. */
  readonly package: string | null;
  /** A file that is there when the service is that makes the containers; null when the program itself makes them. */
  readonly service: string | null;
  /** The task folder of a living sandbox can be mounted anew: checkpoints while a run goes on. */
  readonly renewal: boolean;
  /**
   * Its programs run on a kernel of their own, into which nobody can look from outside: who holds a connection is nobody (no rule
   * about programs fits), and the mounts of the attestation are those of the machine around it.
   */
  readonly ownKernel: boolean;
  /** What a policy lets be written beside the task folder can be: as a private copy. */
  readonly pathCopies: boolean;
}

/**
 * The drivers that a person may choose, and what each can do beside what all of them must (docs/sandbox-drivers.md). Names
 * and programs are those of `native/launcher/src/container/engine.c`; a test compares them.
 */
export const sandboxDrivers: Readonly<Record<SandboxDriverName, SandboxDriverDeclaration>> = {
  launcher: { program: null, package: null, service: null, renewal: true, ownKernel: false, pathCopies: true },
  // The kernel locks the mounts of an engine's container together: none of them can be exchanged.
  bubblewrap: {
    program: 'bwrap',
    package: 'bubblewrap',
    service: null,
    renewal: false,
    ownKernel: false,
    pathCopies: true,
  },
  crun: { program: 'crun', package: 'crun', service: null, renewal: false, ownKernel: false, pathCopies: true },
  runc: { program: 'runc', package: 'runc', service: null, renewal: false, ownKernel: false, pathCopies: true },
  podman: { program: 'podman', package: 'podman', service: null, renewal: false, ownKernel: false, pathCopies: true },
  docker: {
    program: 'docker',
    package: 'docker.io',
    service: '/var/run/docker.sock',
    renewal: false,
    ownKernel: false,
    pathCopies: true,
  },
  microvm: {
    program: 'qemu-system-x86_64',
    package: 'qemu-system-x86',
    service: null,
    renewal: false,
    ownKernel: true,
    pathCopies: false,
  },
  // The supervisor itself claims pods, with the service account of its own.
  kubernetes: {
    program: null,
    package: null,
    service: '/var/run/secrets/kubernetes.io/serviceaccount/token',
    renewal: false,
    ownKernel: false,
    pathCopies: true,
  },
};

export function isSandboxDriver(name: string): name is SandboxDriverName {
  return Object.hasOwn(sandboxDrivers, name);
}

/** Where the launcher looks for an engine, in this order; nothing of the person's environment counts. */
export const engineFolders: readonly string[] = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
];

/** The engine's program on this machine; undefined when it or its service is missing, null when the driver needs none. */
export function findEngine(driver: SandboxDriverName): string | null | undefined {
  const { program, service } = sandboxDrivers[driver];
  if (service !== null && !existsSync(service)) return undefined;
  if (program === null) return null;
  return engineFolders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** Why a driver cannot make sandboxes here, and what to do about it: two sentences. */
export interface DriverObstacle {
  readonly sentence: string;
  readonly hint: string;
}

function missingEngine(driver: SandboxDriverName): DriverObstacle {
  const { package: debian, service } = sandboxDrivers[driver];
  const running = service === null ? '' : `, or its service does not run (${service})`;
  return {
    sentence: `The sandbox driver ${driver} is not installed on this machine${running}.`,
    hint:
      debian === null
        ? 'Run the platform in a cluster, as deploy/kubernetes says'
        : `On Debian or Ubuntu: sudo apt-get install ${debian}`,
  };
}

/** Where the kernel of virtual machines is looked for: a folder laid out like the root of a system. Default: this system. */
export function guestKernelFolder({ CLAWHOLD_GUEST_KERNEL: folder }: NodeJS.ProcessEnv): string {
  return folder === undefined || folder === '' ? '/' : folder;
}

function hasGuestKernel(folder: string): boolean {
  const modules = join(folder, 'lib/modules');
  const versions = existsSync(modules) ? readdirSync(modules) : [];
  return versions.some(
    (version) =>
      existsSync(join(folder, 'boot', `vmlinuz-${version}`)) &&
      existsSync(join(modules, version, 'kernel/fs/9p/9p.ko')),
  );
}

/**
 * What keeps a driver from making sandboxes on this machine; undefined when nothing does.
 *
 * @param environment with what `CLAWHOLD_GUEST_KERNEL` says
 * @param machine another one in tests. Default: this machine
 */
export function driverObstacle(
  driver: SandboxDriverName,
  environment: NodeJS.ProcessEnv,
  machine: { readonly find: typeof findEngine; readonly architecture: string } = {
    find: findEngine,
    architecture: process.arch,
  },
): DriverObstacle | undefined {
  const { ownKernel } = sandboxDrivers[driver];
  // Its machine is an x86-64 one, and the launcher is its first process.
  if (ownKernel && machine.architecture !== 'x64')
    return {
      sentence: `The sandbox driver ${driver} needs an x64 machine, and this is ${machine.architecture}.`,
      hint: 'Choose another driver, which docs/sandbox-drivers.md lists',
    };
  if (machine.find(driver) === undefined) return missingEngine(driver);
  const folder = guestKernelFolder(environment);
  if (ownKernel && !hasGuestKernel(folder))
    return {
      sentence: `The sandbox driver ${driver} finds no kernel for its machines in ${folder}.`,
      hint: 'On Debian: sudo apt-get install linux-image-amd64, or unpack that package with dpkg-deb -x and name the folder in CLAWHOLD_GUEST_KERNEL',
    };
  return undefined;
}
