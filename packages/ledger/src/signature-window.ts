import { finding, recordRange } from './finding.ts';
import type { VerifyingKey } from './signing-key.ts';
import { hashHead, readHead, type SignedHead, type TreeHead, verifyHead } from './tree-head.ts';
import type { AlteredLedger } from './verification.ts';

/**
 * How many heads wait for one signature check. Checking a signature takes a hundred times as long as hashing a head, and
 * a good head vouches by its link for those before it, so only the last of a window is checked unless something is wrong.
 */
const windowLength = 64;

interface WaitingHead {
  readonly first: number;
  readonly size: number;
  readonly signed: SignedHead;
}

/** Checks a chain of signed heads; every one of them, but with few signature checks. */
export class SignatureWindow {
  readonly #key: VerifyingKey;
  #waiting: WaitingHead[] = [];
  #previous: string | null;

  /** @param start a head already trusted, before the first that will be pushed; null when that is the first of all. */
  constructor(key: VerifyingKey, start: SignedHead | null) {
    this.#key = key;
    this.#previous = start === null ? null : hashHead(start);
  }

  /** Takes the next head of the chain. Answers with the first forged one, if that is known now. */
  push(first: number, signed: SignedHead, head: TreeHead): AlteredLedger | undefined {
    if (head.previous !== this.#previous)
      return this.flush() ?? forgedHead(first, head.size, 'is not linked to the tree head before it');
    this.#previous = hashHead(signed);
    this.#waiting.push({ first, size: head.size, signed });
    return this.#waiting.length < windowLength ? undefined : this.flush();
  }

  /** Settles the heads that wait. Answers with the first forged one. */
  flush(): AlteredLedger | undefined {
    const waiting = this.#waiting;
    this.#waiting = [];
    const last = waiting.at(-1);
    if (last === undefined || verifyHead(last.signed, this.#key)) return undefined;
    const { first, size, signed } = waiting.find((head) => !verifyHead(head.signed, this.#key)) ?? last;
    const signer = readHead(signed)?.key;
    return signer === undefined || signer === this.#key.id
      ? forgedHead(first, size, `carries no valid signature of the key ${this.#key.id}`)
      : forgedHead(first, size, `was signed by the key ${signer}, not by the given key ${this.#key.id}`);
  }
}

function forgedHead(first: number, size: number, explanation: string): AlteredLedger {
  const head = `The tree head of ${recordRange(first, size)}`;
  return finding(first, 'forged head', `${head} ${explanation}.`, first === size);
}
