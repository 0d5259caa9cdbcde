import { ClawholdError, ledgerEvent, limits } from '@clawhold/spec';
import { type Kysely, sql } from 'kysely';
import type { Recorder } from '../audit/recorder.ts';
import type { Database } from '../store/database.ts';

export interface SupervisorState {
  readonly name: string;
  readonly epoch: number;
  readonly tier: string;
  /** Whether its lease still runs. */
  readonly alive: boolean;
}

/** Who may act as the data plane. A lease is renewed every few seconds; a newer epoch of a name ends the older one. */
export interface SupervisorRegistry {
  /** @param attestationKey its public key, for the ledger: what it signs is verified with that. */
  register(name: string, tier: string, attestationKey: string): Promise<number>;
  /** @throws ClawholdError `state_lease_lost` when a newer epoch registered. */
  renew(epoch: number): Promise<void>;
  /** Ends every lease now: whoever holds one learns it at its next renewal, and ends its sandboxes. */
  revoke(): Promise<void>;
  list(): Promise<readonly SupervisorState[]>;
}

const lease = sql<Date>`now() + make_interval(secs => ${limits.leaseSeconds})`;

export function createSupervisorRegistry(database: Kysely<Database>, ledger: Recorder): SupervisorRegistry {
  return {
    async register(name, tier, attestationKey) {
      const { epoch } = await database.transaction().execute(async (transaction) => {
        // A lease is renewed by its epoch alone, so no two supervisors may ever have the same one.
        await sql`lock table supervisor in share row exclusive mode`.execute(transaction);
        const next = sql<number>`(select coalesce(max(epoch), 0) + 1 from supervisor)`;
        return transaction
          .insertInto('supervisor')
          .values({ name, epoch: next, tier, lease_until: lease })
          .onConflict((conflict) => conflict.column('name').doUpdateSet({ epoch: next, tier, lease_until: lease }))
          .returning('epoch')
          .executeTakeFirstOrThrow();
      });
      await ledger.append([ledgerEvent('supervisor.registered', { epoch, attestationKey }, { actor: 'supervisor' })]);
      return epoch;
    },

    async renew(epoch) {
      const renewed = await database
        .updateTable('supervisor')
        .set({ lease_until: lease })
        .where('epoch', '=', epoch)
        .returning('name')
        .executeTakeFirst();
      if (renewed === undefined)
        throw new ClawholdError('state_lease_lost', 'Another supervisor took over; this one may not act any more.');
    },

    async revoke() {
      const lost = await database.transaction().execute(async (transaction) => {
        await sql`lock table supervisor in share row exclusive mode`.execute(transaction);
        const held = await transaction
          .selectFrom('supervisor')
          .select('epoch')
          .where('lease_until', '>', sql<Date>`now()`)
          .execute();
        // Epochs that nobody was told: a renewal finds no row.
        await sql`
          update supervisor set epoch = fresh.epoch, lease_until = now()
          from (
            select name, (select max(epoch) from supervisor) + row_number() over (order by name) as epoch from supervisor
          ) as fresh
          where supervisor.name = fresh.name
        `.execute(transaction);
        return held;
      });
      const events = lost.map(({ epoch }) => ledgerEvent('supervisor.lost', { epoch }, { actor: 'api' }));
      if (events.length > 0) await ledger.append(events);
    },

    async list() {
      const rows = await database.selectFrom('supervisor').selectAll().orderBy('name').execute();
      return rows.map(({ name, epoch, tier, lease_until }) => ({
        name,
        epoch,
        tier,
        alive: lease_until.getTime() > Date.now(),
      }));
    },
  };
}
