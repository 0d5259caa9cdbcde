import type { Attachment } from '@clawhold/egress';
import type { Sandbox } from '@clawhold/sandbox';
import type { SandboxId, SideRole } from '@clawhold/spec';
import type { Callers } from '../network/callers.ts';
import type { LiveRun } from './live-run.ts';

/** A sandbox of a run beside the one of its tools. To policy, proxy and ledger it is the run; it ends with it. */
export interface SideSandbox {
  readonly id: SandboxId;
  readonly role: SideRole;
  readonly sandbox: Sandbox;
  /** Undefined where no program is one that a rule may name. */
  readonly callers: Callers | undefined;
  readonly attachments: readonly Attachment[];
  /** What a policy of its own said when it started; undefined where it is the run's. */
  readonly settled: Settled | undefined;
}

/** What of a policy a sandbox keeps from its start to its end. */
export type Settled = Pick<LiveRun, 'id' | 'agent' | 'files' | 'systemCalls' | 'taskSecrets'>;

/** Those that live. */
export interface SideSandboxes {
  add(one: SideSandbox): void;
  find(id: SandboxId): SideSandbox | undefined;
  all(): readonly SideSandbox[];
  /** No byte of theirs passes any more. */
  closeDoors(): void;
  /** Settles when none of their programs runs. */
  kill(): Promise<void>;
}

export function createSideSandboxes(): SideSandboxes {
  const living = new Map<SandboxId, SideSandbox>();
  const closeDoors = ({ attachments }: SideSandbox): void => {
    for (const attachment of attachments) attachment.close();
  };
  async function forget(one: SideSandbox): Promise<void> {
    await one.sandbox.closed;
    living.delete(one.id);
    closeDoors(one);
  }
  return {
    add(one) {
      living.set(one.id, one);
      void forget(one);
    },
    find: (id) => living.get(id),
    all: () => [...living.values()],
    closeDoors: () => living.forEach(closeDoors),
    async kill() {
      living.forEach(closeDoors);
      await Promise.all([...living.values()].map(({ sandbox }) => sandbox.kill()));
    },
  };
}
