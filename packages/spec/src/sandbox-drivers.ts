import { existsSync } from 'node:fs';
import { join } from 'node:path';

export type SandboxDriverName = 'launcher' | 'bubblewrap' | 'crun' | 'runc' | 'podman' | 'docker' | 'kubernetes';

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
}

/**
 * The drivers that a person may choose, and what each can do beside what all of them must (docs/sandbox-drivers.md). Names
 * and programs are those of `native/launcher/src/container/engine.c`; a test compares them.
 */
export const sandboxDrivers: Readonly<Record<SandboxDriverName, SandboxDriverDeclaration>> = {
  launcher: { program: null, package: null, service: null, renewal: true },
  // The kernel locks the mounts of an engine's container together: none of them can be exchanged.
  bubblewrap: { program: 'bwrap', package: 'bubblewrap', service: null, renewal: false },
  crun: { program: 'crun', package: 'crun', service: null, renewal: false },
  runc: { program: 'runc', package: 'runc', service: null, renewal: false },
  podman: { program: 'podman', package: 'podman', service: null, renewal: false },
  docker: { program: 'docker', package: 'docker.io', service: '/var/run/docker.sock', renewal: false },
  // The supervisor itself claims pods, with the service account of its own.
  kubernetes: {
    program: null,
    package: null,
    service: '/var/run/secrets/kubernetes.io/serviceaccount/token',
    renewal: false,
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

/** What is missing of a driver that {@link findEngine} does not find, and what to do about it: two sentences. */
export function missingEngine(driver: SandboxDriverName): { readonly sentence: string; readonly hint: string } {
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
