import {
  type AttestedSandbox,
  ClawholdError,
  eventBodies,
  type LiveSandbox,
  type RunId,
  type SandboxId,
} from '@clawhold/spec';
import type { Kysely } from 'kysely';
import type { Database } from '../store/database.ts';
import type { SupervisorClient } from '../supervisors/client.ts';

/** The sandboxes of runs: what they use, from the supervisor, and what held when they started, from the ledger. */
export interface SandboxService {
  list(): Promise<readonly LiveSandbox[]>;
  /**
   * A sandbox of a run.
   *
   * @param sandbox default: the last one of its tools.
   * @throws ClawholdError `state_no_such_sandbox`.
   */
  inspect(run: RunId, sandbox?: SandboxId): Promise<AttestedSandbox>;
}

interface Entry {
  readonly sequence: string;
  readonly time: string;
  readonly body: Record<string, unknown>;
}

/** A run has one sandbox at a time, and one in which its agent thinks; more are of earlier processes. */
const mostLooked = 16;

export function createSandboxService(database: Kysely<Database>, supervisor: SupervisorClient): SandboxService {
  /** The last record of a type before a place in the ledger, or of a run. */
  async function last(
    type: string,
    of: { readonly run: RunId } | { readonly before: string },
    isMeant: (entry: Entry) => boolean = () => true,
  ): Promise<Entry | undefined> {
    const all = database.selectFrom('ledger_entry').select(['sequence', 'time', 'body']).where('type', '=', type);
    const found = await ('run' in of ? all.where('run', '=', of.run) : all.where('sequence', '<', of.before))
      .orderBy('sequence', 'desc')
      .limit(mostLooked)
      .execute();
    return found.map((entry): Entry => ({ ...entry, body: JSON.parse(entry.body) })).find(isMeant);
  }

  return {
    list: async () => (await supervisor.listSandboxes()).sandboxes,
    async inspect(run, sandbox) {
      const isMeant = ({ body }: Entry): boolean =>
        sandbox === undefined ? body['beside'] === undefined : body['sandbox'] === sandbox;
      const entry = await last('sandbox.started', { run }, isMeant);
      if (entry === undefined)
        throw new ClawholdError(
          'state_no_such_sandbox',
          `The run ${run} had no sandbox${sandbox === undefined ? '' : ` ${sandbox}`}.`,
          {
            status: 404,
            hint: 'See the runs with: npx clawhold runs',
          },
        );
      // Both were checked when they were written; records of older versions have no signature and no key.
      const started = eventBodies['sandbox.started'].partial({ signature: true }).parse(entry.body);
      const registered = await last('supervisor.registered', { before: entry.sequence });
      const { attestationKey = null } = eventBodies['supervisor.registered'].partial().parse(registered?.body ?? {});
      const ended = await last('sandbox.ended', { run }, ({ body }) => body['sandbox'] === started.sandbox);
      return {
        run,
        sandbox: started.sandbox,
        started: entry.time,
        ended: ended === undefined ? null : { time: ended.time, reason: String(ended.body['reason']) },
        attestation: started.attestation,
        signature: started.signature ?? null,
        publicKey: attestationKey,
      };
    },
  };
}
