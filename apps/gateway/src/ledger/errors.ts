import { ClawholdError } from '@clawhold/spec';

/** The end of the ledger in the database is not what a gateway left: nothing may be appended to it. */
export function tailAltered(why: string): ClawholdError {
  return new ClawholdError('ledger_tail_altered', `The end of the ledger was altered: ${why}.`, {
    hint: 'Run "clawhold audit verify" for the first bad record, and restore the database from a backup.',
  });
}

/** The database has fewer records than the head kept outside promises. Cause: its end was deleted, or a backup restored. */
export function tailCut(found: number, promised: number): ClawholdError {
  return new ClawholdError(
    'ledger_tail_cut',
    `The ledger ends at record ${found}, but a signed tree head kept outside the database covers ${promised} records.`,
    {
      hint: 'Restore the newest backup of the database. If there is none, go on without: npx clawhold audit accept-cut',
    },
  );
}

/** Nothing was stored. Causes: the database is not there, refuses the connection, or its disk is full. */
export function notStored(cause: unknown): ClawholdError {
  const full = isFull(cause) ? ': its disk is full' : '';
  return new ClawholdError(
    'ledger_not_stored',
    `The database did not take the records${full}; none of them is stored.`,
    {
      cause,
      status: 503,
      hint: full === '' ? 'Look at the database, then try again.' : 'Free space for the database, then try again.',
    },
  );
}

/** The database went away in the middle and did not come back in time. */
export function outcomeUnknown(cause: unknown): ClawholdError {
  return new ClawholdError(
    'ledger_outcome_unknown',
    'The database went away while it stored records: they may or may not be in the ledger.',
    { cause, status: 503, hint: 'Nothing that needed these records may go ahead. Bring the database back and look.' },
  );
}

/** The records are stored, but the tree head could not be kept outside. Cause: the disk of the head folder. */
export function headNotKept(cause: unknown): ClawholdError {
  return new ClawholdError(
    'ledger_head_not_kept',
    'The records are stored, but their tree head could not be written outside the database.',
    { cause, status: 503, hint: 'Free space or repair the folder of tree heads; the next append catches up.' },
  );
}

export function ledgerClosed(): ClawholdError {
  return new ClawholdError('ledger_closed', 'The ledger is closed: the gateway is stopping.', { status: 503 });
}

// PostgreSQL's own words for it (appendix A, class 53).
const diskFull = '53100';

function isFull(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === diskFull || cause.code === 'ENOSPC');
}
