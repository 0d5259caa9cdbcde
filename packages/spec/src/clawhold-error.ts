/**
 * Everything that can go wrong and that a person or a caller can act on. The part before the underscore says where:
 *
 * - `input_*`: what was asked makes no sense (unknown folder, unreadable policy, malformed request).
 * - `auth_*`: who asked is not known, or may not.
 * - `state_*`: right request, wrong moment (already running, already kept, not found).
 * - `sandbox_*`: the kernel or the launcher refused.
 * - `files_*`: looking at, keeping or taking back file changes.
 * - `database_*`, `supervisor_*`, `worker_*`, `gateway_*`: a part of the platform is missing or broken.
 * - `model_*`: the model server is dead, slow, or answers nonsense.
 * - `policy_*`: a policy document or a decision.
 * - `ledger_*`: the record cannot be written, or was altered.
 * - `host_*`: the machine lacks something (compiler, disk, port, user namespaces).
 */
export type ErrorCode =
  | `input_${string}`
  | `auth_${string}`
  | `state_${string}`
  | `sandbox_${string}`
  | `files_${string}`
  | `database_${string}`
  | `supervisor_${string}`
  | `worker_${string}`
  | `gateway_${string}`
  | `model_${string}`
  | `policy_${string}`
  | `ledger_${string}`
  | `host_${string}`
  | `channel_${string}`;

export interface ClawholdErrorOptions {
  /** What the person should do next, as one sentence or a command. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** The HTTP status with which it crosses a wire; default from the code's first word. */
  readonly status?: number;
}

const statusOfArea: Readonly<Record<string, number>> = {
  input: 400,
  auth: 403,
  state: 409,
  policy: 422,
  database: 503,
  supervisor: 503,
  worker: 503,
  model: 502,
};

/**
 * The one error class. `message` is one clear sentence; a stack trace is for logs, never for people. It needs no schema,
 * and `@clawhold/spec/error` loads none: that is for programs which are awaited while they load.
 */
export class ClawholdError extends Error {
  override readonly name = 'ClawholdError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly status: number;

  constructor(code: ErrorCode, message: string, options: ClawholdErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.status = options.status ?? statusOfArea[code.slice(0, code.indexOf('_'))] ?? 500;
  }
}
