import type { SystemCallProfile } from '@clawhold/spec';

/**
 * How well the sandbox is kept apart.
 *
 * - `sandboxed`: its processes have a host id of their own.
 * - `same-user`: they have the id of the person who started the platform; everything else holds.
 */
export type IsolationTier = 'sandboxed' | 'same-user';

/**
 * - `shown`: there, at its place of the machine.
 * - `system`: one of the folders that sandboxes see by default; those are there as far as the machine has them.
 * - the others: left out, and why. `link`: a symbolic link is on the way; `no-files`: a socket, pipe or device, or a file
 *   to be written; `refused`: the kernel could not show it.
 */
export const pathStates = ['shown', 'system', 'missing', 'link', 'no-files', 'refused'] as const;
export type PathState = (typeof pathStates)[number];

/** What a sandbox has of the files that its policy names. */
export interface FilesAttestation {
  /** Of the system only what is among `paths`. */
  readonly listed: boolean;
  /** Nothing could be left out. */
  readonly strict: boolean;
  readonly task: 'hidden' | 'read' | 'write';
  /** Something of the task folder is hidden (`maskTaskFolder`). */
  readonly masked: boolean;
  readonly paths: readonly {
    readonly path: string;
    readonly state: PathState;
    /** As its mount says, seen from inside. */
    readonly writable: boolean;
  }[];
}

/** One mount of a sandbox; its path is the one inside. */
export interface MountAttestation {
  readonly path: string;
  /** `overlay`, `tmpfs`, `proc` and so on. */
  readonly type: string;
  /** Of `ro`, `nosuid`, `nodev` and `noexec`, those that hold. */
  readonly flags: readonly string[];
}

/** What one disk moves for a sandbox in a second, at most. */
export interface DiskLimit {
  /** `major:minor`. */
  readonly disk: string;
  readonly readBytes: number | null;
  /** In version 1 of control groups only of what a program waits for; the kernel writes the rest for nobody. */
  readonly writtenBytes: number | null;
}

/** Limits that the kernel holds; `null` where it holds none. */
export interface LimitsAttestation {
  /** Of all processes together, by the control group. */
  readonly memoryBytes: number | null;
  readonly groupProcesses: number | null;
  /** Of the sandbox's user. */
  readonly processes: number | null;
  /** Of each process. */
  readonly openFiles: number | null;
  readonly fileBytes: number | null;
  readonly dataBytes: number | null;
  readonly coreBytes: number | null;
  readonly lockedBytes: number | null;
  /** Of processor time among the sandboxes, by the control group: 100 is the kernel's default, and every one has it. */
  readonly processorWeight: number | null;
  /** At a time, of all processes together, by the control group. */
  readonly processors: number | null;
  /** By the control group: the disks that have a limit. */
  readonly disks: readonly DiskLimit[];
  /** Niceness (sched(7)): 10 where no control group shares the processors. No program of the sandbox can lower it. */
  readonly nice: number;
  /** How long it lives at most: the launcher ends it, or its first process when the launcher is held up. */
  readonly lifetimeSeconds: number | null;
}

/** What really holds for one sandbox: measured by the launcher when it started, not configured. */
export interface Attestation {
  readonly driver: string;
  readonly tier: IsolationTier;
  /** User and group of all its processes on the host; never 0. */
  readonly hostUser: number;
  readonly hostGroup: number;
  /** The same user inside. */
  readonly insideUser: number;
  /** Version of the kernel's Landlock interface in force; 0: the kernel has none. */
  readonly landlock: number;
  /** The system call filter in force. */
  readonly seccomp: {
    /** Its length. */
    readonly instructions: number;
    /** SHA-256 of its instructions, lower-case hexadecimal: the same for every sandbox with the same profiles and freezer. */
    readonly digest: string;
    /** What it allows beside the base. */
    readonly profiles: readonly SystemCallProfile[];
  };
  /** Inode number of each namespace; none of them is the launcher's. */
  readonly namespaces: Readonly<Record<string, number>>;
  /** Whether its network can capture connections of programs that ignore proxies (`capture.ts`). */
  readonly captures: boolean;
  readonly cgroup: {
    readonly layout: 'v1' | 'v2' | 'mixed' | 'none';
    /** Frozen by the kernel; otherwise by signals. */
    readonly freezer: boolean;
    /** The memory limit holds for all processes together; otherwise for each. */
    readonly memory: boolean;
    readonly processes: boolean;
    /** Its processor time is shared with other sandboxes by weight; otherwise by niceness. */
    readonly processors: boolean;
    readonly disks: boolean;
  };
  readonly files: FilesAttestation;
  /** Every mount that its processes see, as the kernel shows it to the launcher. */
  readonly mounts: readonly MountAttestation[];
  readonly limits: LimitsAttestation;
  /** Names of the attempts that were made from inside before the first command, all of them in vain. */
  readonly probes: readonly string[];
  /** What each layer cost at this start. */
  readonly layers: readonly { readonly name: string; readonly microseconds: number }[];
}
