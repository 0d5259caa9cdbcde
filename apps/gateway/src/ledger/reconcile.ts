import {
  type CutAcceptance,
  hashHead,
  readHead,
  type SignedHead,
  type Tail,
  type VerifyingKey,
  verifyHead,
} from '@clawhold/ledger';
import { tailAltered, tailCut } from './errors.ts';
import type { HeadFolder } from './head-folder.ts';
import type { LedgerOptions } from './options.ts';
import type { WriterSession } from './writer-session.ts';

export interface Reconciliation {
  readonly tail: Tail;
  /** The database is behind the head kept outside, and an operator accepted that: it is to be recorded first. */
  readonly accepted: CutAcceptance | undefined;
}

interface ReconcileOptions extends Pick<LedgerOptions, 'install' | 'askAboutCut'> {
  readonly key: VerifyingKey;
}

/**
 * Compares the end of the ledger in the database with the head kept outside, before anything is appended.
 *
 * A database that is ahead is what a crash between commit and head file leaves: its heads must continue the one outside,
 * and the last is then kept. A database that is behind was cut.
 *
 * @throws ClawholdError `ledger_tail_altered` when the two contradict each other, `ledger_tail_cut` when the database is
 *   behind and nobody accepted that.
 */
export async function reconcile(
  session: WriterSession,
  heads: HeadFolder,
  { key, install, askAboutCut }: ReconcileOptions,
): Promise<Reconciliation> {
  const tail = await session.readTail();
  checkTail(tail, key, install);
  const { size } = tail.frontier;
  const outside = heads.last && readHead(heads.last);
  if (heads.last === undefined || outside === undefined) {
    if (tail.head !== null) await heads.keep(tail.head);
    return { tail, accepted: undefined };
  }
  if (!verifyHead(heads.last, key)) throw tailAltered('the tree head kept outside was signed with another key');
  if (outside.size > size) {
    const accepted = await askAboutCut?.({ found: size, headSize: outside.size, head: hashHead(heads.last) });
    if (accepted === undefined) throw tailCut(size, outside.size);
    return { tail, accepted };
  }
  const same = await session.readHead(outside.size);
  if (same?.text !== heads.last.text)
    throw tailAltered(`it holds other records up to ${outside.size} than were signed`);
  checkChain(heads.last, await session.readHeadsAfter(outside.size));
  if (tail.head !== null && outside.size < size) await heads.keep(tail.head);
  return { tail, accepted: undefined };
}

function checkTail(tail: Tail, key: VerifyingKey, install: string): void {
  if (tail.head === null) return;
  const head = readHead(tail.head);
  if (head === undefined || !verifyHead(tail.head, key))
    throw tailAltered('its last tree head carries no valid signature');
  if (head.install !== install) throw tailAltered(`it is the ledger of another install, ${head.install}`);
  if (head.root !== Buffer.from(tail.frontier.root()).toString('hex') || head.size !== tail.frontier.size)
    throw tailAltered('the edge of its tree does not lead to the signed root');
}

function checkChain(from: SignedHead, heads: readonly SignedHead[]): void {
  let previous = from;
  for (const head of heads) {
    if (readHead(head)?.previous !== hashHead(previous))
      throw tailAltered('its tree heads are not linked to each other');
    previous = head;
  }
}
