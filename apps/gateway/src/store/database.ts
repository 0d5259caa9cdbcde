import type {
  ApprovalState,
  FileState,
  ProposalKind,
  ProposalState,
  RunState,
  SelfCheck,
  Verdict,
} from '@clawhold/spec';
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { LedgerTables } from '../ledger/tables.ts';

type Time = ColumnType<Date, Date | string, Date | string>;
type NullableTime = ColumnType<Date | null, Date | string | null, Date | string | null>;
/** Now, when nothing is given. */
type GivenTime = ColumnType<Date, Date | string | undefined, Date | string>;

/** A conversation. */
interface SessionTable {
  id: string;
  created: GivenTime;
}

/** A task. What people and agents wrote is sealed. */
interface RunTable {
  id: string;
  session: string;
  task: Buffer;
  folder: string;
  agent: string;
  /** Digest of the agent's manifest; null in runs that are older than manifests of their own. */
  manifest: string | null;
  model: string;
  /** Who started it. */
  requester: Generated<string>;
  scripted: boolean;
  /** It takes further messages. */
  is_conversation: Generated<boolean>;
  state: RunState;
  files: Generated<FileState>;
  outcome: Buffer | null;
  self_check: SelfCheck | null;
  /** The blob of what was said, for the next run of the session. */
  conversation: string | null;
  turns: Generated<number>;
  input_tokens: Generated<number>;
  output_tokens: Generated<number>;
  created: GivenTime;
  ended: NullableTime;
}

/** Manifests of agents, as runs took them along. */
interface AgentManifestTable {
  digest: string;
  text: string;
}

/** The data key of a run, wrapped. Without the row its content is gone. */
interface RunKeyTable {
  run: string;
  wrapped: Buffer;
}

interface BlobTable {
  id: string;
  run: string;
  sealed: Buffer;
  created: GivenTime;
}

interface TimelineTable {
  run: string;
  sequence: number;
  time: GivenTime;
  /** Whoever writes the same key for the same run again writes nothing. */
  key: string | null;
  sealed: Buffer;
}

interface ApprovalTable {
  id: string;
  run: string;
  step: string;
  state: ApprovalState;
  action: Buffer;
  digest: string;
  reasons: Buffer;
  requested: GivenTime;
  expires: Time;
  decided: NullableTime;
  decided_by: string | null;
  approvers: number;
  exclude_requester: boolean;
  /** Who started the run. */
  requester: string;
  grant_id: string | null;
}

/** Who agreed to a question that is open or was answered. */
interface ApprovalAgreementTable {
  approval: string;
  person: string;
  /** In which order people agreed. */
  sequence: GeneratedAlways<number>;
}

/** Whoever may answer questions besides the operator. Without a digest: removed. A name never becomes another person. */
interface PersonTable {
  name: string;
  token_digest: string | null;
  added: GivenTime;
}

/** A step whose result was lost, and what a person found out. */
interface UnknownStepTable {
  run: string;
  step: string;
  question: Buffer;
  reported: GivenTime;
  expires: Time;
  verdict: Verdict | null;
  note: Buffer | null;
  settled: NullableTime;
  settled_by: string | null;
}

/** A rule for people to decide about, and what they granted. Lists are JSON. */
interface ProposalTable {
  id: string;
  kind: ProposalKind;
  state: ProposalState;
  agent: string;
  /** The run that asked for it. */
  run: string | null;
  /** What it was gathered under; null when it was asked for. At most one is open. */
  group_key: string | null;
  policy: string;
  digest: string;
  tried: string;
  /** PostgreSQL's `bigint`, which pg reads as text. */
  count: ColumnType<string, number, number>;
  runs: string;
  opens: string;
  bounds: string;
  why: Buffer | null;
  made: GivenTime;
  latest: GivenTime;
  expires: Time;
  decided: NullableTime;
  decided_by: string | null;
  grant_run: string | null;
  grant_expires: NullableTime;
  grant_uses: number | null;
  proof: string | null;
  proof_digest: string | null;
}

/** File changes that are being settled at this moment, or were when a process died. */
interface FileJobTable {
  run: string;
  action: 'keep' | 'discard' | 'undo';
  request: Buffer;
  started_by: string;
  started: GivenTime;
}

/** A browser that signed in. Only digests: who reads the table cannot use it. */
interface ConsoleSessionTable {
  cookie_digest: string;
  secret_digest: string;
  person: string;
  last_used: GivenTime;
}

interface SignInCodeTable {
  digest: string;
  person: string;
  expires: Time;
}

interface SupervisorTable {
  name: string;
  epoch: number;
  tier: string;
  lease_until: Time;
}

interface CounterTable {
  counter: string;
  spent: number;
}

interface CounterTakingTable {
  counter: string;
  /** Milliseconds since 1970. */
  at: number;
  amount: number;
}

/** The tables of the control plane. */
export interface Database extends LedgerTables {
  session: SessionTable;
  run: RunTable;
  agent_manifest: AgentManifestTable;
  run_key: RunKeyTable;
  blob: BlobTable;
  timeline_entry: TimelineTable;
  approval: ApprovalTable;
  approval_agreement: ApprovalAgreementTable;
  person: PersonTable;
  unknown_step: UnknownStepTable;
  proposal: ProposalTable;
  file_job: FileJobTable;
  console_session: ConsoleSessionTable;
  sign_in_code: SignInCodeTable;
  supervisor: SupervisorTable;
  counter: CounterTable;
  counter_taking: CounterTakingTable;
}
