import type { SandboxDriverDeclaration } from '@clawhold/spec';
import type { Sandbox, SandboxRequest } from './sandbox.ts';

/** How a job of the launcher ended. */
export interface JobResult {
  /** Exit status; 137 when it was killed. */
  readonly status: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** What a driver can do beside what all of them must. */
export type DriverAbilities = Pick<SandboxDriverDeclaration, 'renewal' | 'ownKernel'>;

/** A way to make sandboxes. Every driver passes the same conformance suite. */
export interface SandboxDriver extends AsyncDisposable {
  readonly name: string;
  readonly abilities: DriverAbilities;

  /**
   * Starts a sandbox; settles after its self-test.
   *
   * @throws ClawholdError `sandbox_namespaces_forbidden` with the switch to turn; `sandbox_probe_succeeded` with the name
   *   of the probe that got through; `sandbox_folder_unreadable`, `sandbox_idmap_unsupported`, `sandbox_view_refused` and
   *   other `sandbox_*` codes, each with a hint.
   */
  start(request: SandboxRequest): Promise<Sandbox>;

  /** Runs a file job with the driver's rights, outside of any sandbox: see `tree/tree-jobs.ts`. */
  job(argv: string[], stdin?: Uint8Array): Promise<JobResult>;

  /** Settles when the driver can make no more sandboxes; those it made have ended. Never rejects. */
  readonly closed: Promise<void>;

  /** Ends every sandbox, then the driver. */
  close(): Promise<void>;
}
