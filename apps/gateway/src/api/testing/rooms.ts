import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { actionDigest } from '@clawhold/approvals';
import { type CanonicalAction, formatId, idEntropyBytes, type LedgerEvent, type Run } from '@clawhold/spec';
import { cloneDatabase, temporaryFolder } from '@clawhold/testkit';
import { Kysely, PostgresDialect } from 'kysely';
import { onTestFinished } from 'vitest';
import { type ApprovalService, createApprovalService, type QuestionTerms } from '../../approvals/approval-service.ts';
import { type ApprovalStore, createApprovalStore } from '../../approvals/approval-store.ts';
import { type Ledger, openLedger } from '../../ledger/ledger.ts';
import { openLedgerKey } from '../../ledger/signing-key-file.ts';
import { createPersonStore } from '../../people/person-store.ts';
import { createRunStore, type RunStore } from '../../runs/run-store.ts';
import { type ContentSeal, createContentSeal } from '../../sealing/content.ts';
import type { Database } from '../../store/database.ts';
import { openPool } from '../../store/pool.ts';
import { listenForSignals, type Signals } from '../../store/signals.ts';
import { createTimeline, type Timeline } from '../../timeline/timeline.ts';

/** The rooms that keep things, on a database of their own, for one test. */
export interface Rooms {
  readonly url: string;
  readonly folder: string;
  readonly keyEncryptionKey: Buffer;
  readonly database: Kysely<Database>;
  readonly content: ContentSeal;
  readonly signals: Signals;
  readonly ledger: Ledger;
  readonly timeline: Timeline;
  readonly runs: RunStore;
  readonly approvalStore: ApprovalStore;
  readonly approvals: ApprovalService;
  /** While it is set, the ledger refuses these. */
  refusal: ((event: LedgerEvent) => boolean) | undefined;
  newRun(): Promise<Run>;
  /** Runs SQL as the superuser. */
  sql(statement: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** Answers when this many connections hear notifications. */
  listening(connections: number): Promise<void>;
  /** Types of the ledger's events in their order. */
  recorded(): Promise<readonly string[]>;
}

const newId = <Kind extends Parameters<typeof formatId>[0]>(kind: Kind): ReturnType<typeof formatId<Kind>> =>
  formatId(kind, randomBytes(idEntropyBytes));

export async function makeRooms(): Promise<Rooms> {
  const { url } = await cloneDatabase();
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'keys'), { mode: 0o700 });
  const pool = openPool(url, { max: 8 });
  const database = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  const keyEncryptionKey = randomBytes(32);
  const content = createContentSeal(database, keyEncryptionKey);
  const signals = listenForSignals(url);
  const key = await openLedgerKey(join(folder, 'keys'));
  const install = newId('install');
  const ledger = await openLedger({ url, database, headFolder: join(folder, 'heads'), key, install });
  const timeline = createTimeline(database, content, signals);
  const runs = createRunStore(database, content);
  const approvalStore = createApprovalStore(database, content);
  const people = createPersonStore(database);
  for (const name of ['ada', 'bob']) await people.add(name, `token of ${name}`, async () => undefined);
  onTestFinished(async () => {
    await ledger[Symbol.asyncDispose]();
    await signals.close();
    await database.destroy();
  });
  const rooms: Rooms = {
    url,
    folder,
    keyEncryptionKey,
    database,
    content,
    signals,
    ledger,
    timeline,
    runs,
    approvalStore,
    refusal: undefined,
    approvals: createApprovalService({
      database,
      store: approvalStore,
      timeline,
      signals,
      ledger: {
        append: async (events) => {
          if (rooms.refusal !== undefined && events.some(rooms.refusal))
            throw new Error('the ledger cannot be written');
          return ledger.append(events);
        },
      },
    }),
    newRun: () =>
      runs.create(
        {
          task: 'Pay the bills',
          folder: '/srv/bills',
          agent: 'default',
          requester: 'operator',
          manifest: { digest: 'ab'.repeat(32), text: '' },
          model: 'm/m',
          scripted: true,
        },
        async () => undefined,
      ),
    sql: async (statement, values = []) => (await pool.query<Record<string, unknown>>(statement, [...values])).rows,
    async listening(connections) {
      const statement = `select 1 from pg_stat_activity where datname = current_database() and state = 'idle' and query = 'listen clawhold'`;
      while ((await rooms.sql(statement)).length < connections);
    },
    recorded: async () =>
      (await rooms.sql('select type from ledger_entry order by sequence')).map(({ type }) => String(type)),
  };
  return rooms;
}

/** A question that a supervisor would put for a run. */
export interface TestQuestion {
  readonly action: CanonicalAction;
  readonly digest: string;
}

export function question(run: Run, changes: Partial<CanonicalAction> = {}): TestQuestion {
  const action: CanonicalAction = {
    version: 1,
    install: newId('install'),
    run: run.id,
    step: newId('step'),
    nonce: randomBytes(16).toString('hex'),
    tool: 'http.fetch',
    arguments: { url: 'http://finance.local/payments', note: 'SECRET-OF-ACTION' },
    effect: 'irreversible',
    inverse: { kind: 'none' },
    command: null,
    request: null,
    policy: 'cd'.repeat(32),
    checkpoint: '',
    expires: new Date(Date.now() + 60_000).toISOString(),
    ...changes,
  };
  return { action, digest: actionDigest(action) };
}

export const terms = {
  reasons: [{ code: 'rule', text: 'SECRET-REASON: a person has to agree.' }],
  approvers: { count: 1, excludeRequester: false },
} satisfies QuestionTerms;
