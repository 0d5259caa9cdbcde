import { ClawholdError, endedRunStates, type RunId } from '@clawhold/spec';
import type { Transaction } from 'kysely';
import type { Database } from '../store/database.ts';

/**
 * Holds the run's row until the transaction ends: what is written about the run comes one after the other, and nothing
 * after its end.
 *
 * @returns who started it.
 * @throws ClawholdError `state_no_such_run`, or `state_run_ended`.
 */
export async function lockOpenRun(
  transaction: Transaction<Database>,
  run: RunId,
): Promise<{ readonly requester: string }> {
  const found = await transaction
    .selectFrom('run')
    .select(['state', 'requester'])
    .where('id', '=', run)
    .forUpdate()
    .executeTakeFirst();
  if (found === undefined) throw new ClawholdError('state_no_such_run', `There is no run ${run}.`, { status: 404 });
  if (endedRunStates.includes(found.state))
    throw new ClawholdError('state_run_ended', `The run ${run} has already ended (${found.state}).`);
  return found;
}
