import type { SandboxRequest } from '@clawhold/sandbox';
import { limits } from '@clawhold/spec';
import type { SandboxEnvironment } from '../network/sandbox-environment.ts';

type Basis = Pick<SandboxRequest, 'runtime' | 'guardedFolders' | 'hosts' | 'limits' | 'forbiddenSockets'>;

/** What every sandbox of this supervisor is made of, whatever it is for. @param more limits that are others here. */
export function sandboxBasis(environment: SandboxEnvironment, more: Partial<SandboxRequest['limits']> = {}): Basis {
  const { node, guardedFolders, hosts, forbiddenSockets } = environment;
  return {
    runtime: { node },
    guardedFolders,
    hosts,
    limits: {
      memoryBytes: limits.sandboxMemoryBytes,
      processes: limits.sandboxProcesses,
      openFiles: limits.sandboxOpenFiles,
      temporaryBytes: limits.sandboxTemporaryBytes,
      processors: limits.sandboxProcessors,
      lifetimeSeconds: limits.sandboxSeconds,
      diskBytesPerSecond: limits.sandboxDiskBytesPerSecond,
      ...more,
    },
    forbiddenSockets,
  };
}
