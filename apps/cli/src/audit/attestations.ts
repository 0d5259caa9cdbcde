import { isAttestationSigned } from '@clawhold/approvals';
import type { ReadRecord, RecordWatch } from '@clawhold/ledger';

/** A start of a sandbox whose attestation nobody answers for. */
export interface UnsignedStart {
  readonly sequence: number;
  readonly run: string;
  readonly sandbox: string;
  /** One sentence. */
  readonly explanation: string;
}

/** What the signatures of supervisors say about the sandboxes of a ledger. */
export interface AttestationVerdict {
  /** Starts whose signature holds. */
  readonly signed: number;
  readonly findings: readonly UnsignedStart[];
}

/** Checks each start of a sandbox with the key that its supervisor told when it registered, as `sandbox inspect` does. */
export class AttestationCheck implements RecordWatch {
  readonly types = ['supervisor.registered', 'sandbox.started'] as const;
  #publicKey: string | undefined;
  #signed = 0;
  readonly #findings: UnsignedStart[] = [];

  readonly see = ({ type, sequence, run, body: recorded }: ReadRecord): void => {
    const body = membersOf(recorded);
    if (type === 'supervisor.registered') {
      this.#publicKey = textOf(body['attestationKey']);
      return;
    }
    const sandbox = textOf(body['sandbox']) ?? '';
    const explanation = this.#objection(run ?? '', sandbox, body);
    if (explanation === undefined) this.#signed += 1;
    else this.#findings.push({ sequence, run: run ?? '', sandbox, explanation });
  };

  verdict(): AttestationVerdict {
    return { signed: this.#signed, findings: this.#findings };
  }

  #objection(run: string, sandbox: string, body: Members): string | undefined {
    const signature = textOf(body['signature']);
    const attestation = membersOf(body['attestation']);
    if (signature === undefined) return 'Its attestation has no signature.';
    if (this.#publicKey === undefined) return 'No supervisor had told its key by then.';
    if (isAttestationSigned({ run, sandbox, attestation }, signature, this.#publicKey)) return undefined;
    return 'Its attestation is not what the supervisor signed.';
  }
}

type Members = Readonly<Record<string, unknown>>;

/** What is no object has none. */
function membersOf(value: unknown): Members {
  return Object(value) as Members; // an object, whatever it was
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
