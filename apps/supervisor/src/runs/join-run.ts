import { randomBytes } from 'node:crypto';
import type { Egress } from '@clawhold/egress';
import type { Sandbox } from '@clawhold/sandbox';
import { ClawholdError, formatId, idEntropyBytes, type LedgerEvent, ledgerEvent, type SideRole } from '@clawhold/spec';
import type { Findings } from '../detection/findings.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { createCallers } from '../network/callers.ts';
import { openDoors } from '../network/doors.ts';
import type { AttestationKey } from './attestation-key.ts';
import { findingOfEnd } from './finding-of-end.ts';
import type { LiveRun } from './live-run.ts';
import type { Settled, SideSandbox } from './side-sandboxes.ts';

export interface JoinParts {
  readonly egress: Egress;
  readonly gateway: Pick<Gateway, 'appendEvents'>;
  readonly attest: AttestationKey['sign'];
  readonly findings: Pick<Findings, 'raise'>;
  /** Holds the end of the process up until this is done. */
  readonly keepUntilDone: (ending: Promise<void>) => void;
}

/** What another sandbox is for. */
export interface Joining {
  readonly role: SideRole;
  /** The policy that says what it may reach. Default: that of the run's agent. */
  readonly agent?: string | undefined;
  /** What a policy of its own said when it started. Default: it has none. */
  readonly settled?: Settled | undefined;
  /** Default: it has ways out. */
  readonly hasDoors?: boolean;
}

/**
 * Lets another sandbox work for a run: in the ledger first, then with doors of its own under the run's identity, if it has any. It ends with the
 * run, and its end is in the ledger too.
 *
 * @param sandbox ended when this fails.
 * @throws ClawholdError when the run has ended meanwhile, or the ledger takes nothing.
 */
export async function joinRun(
  { egress, gateway, attest, findings, keepUntilDone }: JoinParts,
  live: LiveRun,
  sandbox: Sandbox,
  { role, agent = live.agent, settled, hasDoors = true }: Joining,
): Promise<SideSandbox> {
  const { id: run } = live;
  const id = formatId('sandbox', randomBytes(idEntropyBytes));
  const origin = { actor: 'supervisor', run };
  const record = async (event: LedgerEvent): Promise<void> => {
    await gateway.appendEvents({ events: [event] });
  };
  const claim = { run, sandbox: id, attestation: { ...sandbox.attestation } };
  try {
    // No sandbox that the ledger does not know of, and none of a run that is over.
    await record(ledgerEvent('sandbox.started', { ...claim, signature: attest(claim), beside: role }, origin));
    if (live.ended.aborted) throw new ClawholdError('state_no_sandbox', `The run ${run} is over.`);
  } catch (error) {
    await sandbox.kill();
    throw error;
  }
  const recordEnd = async (): Promise<void> => {
    const end = await sandbox.closed;
    const finding = findingOfEnd(end);
    if (finding !== undefined) findings.raise(run, finding.kind, finding.sentence);
    await record(ledgerEvent('sandbox.ended', { sandbox: id, reason: end.cause }, origin));
  };
  keepUntilDone(recordEnd().catch((error: unknown) => console.error(error)));
  const side: SideSandbox = {
    id,
    role,
    sandbox,
    settled,
    // Where an agent thinks, no program is one that a rule names.
    callers: role === 'mind' ? undefined : createCallers(sandbox),
    attachments: hasDoors ? openDoors(egress, { run, sandbox: id, agent }, sandbox) : [],
  };
  live.beside.add(side);
  return side;
}
