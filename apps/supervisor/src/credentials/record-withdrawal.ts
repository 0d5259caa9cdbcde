import { ledgerEvent } from '@clawhold/spec';
import type { Gateway } from '../gateway/gateway.ts';
import type { Withdrawal } from './withdrawal.ts';

/** Tells the ledger what became of tokens. Best effort: it has happened. */
export async function recordWithdrawal(
  gateway: Pick<Gateway, 'appendEvents'>,
  { run, ...body }: Withdrawal,
): Promise<void> {
  const origin = run === null ? {} : { run };
  const event = ledgerEvent('credential.withdrawn', body, { actor: 'supervisor', ...origin });
  try {
    await gateway.appendEvents({ events: [event] });
  } catch (error) {
    console.error(error);
  }
}
