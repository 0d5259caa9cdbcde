import { problemMediaType, problemSchema } from '@clawhold/spec';
import { named } from './named.ts';

/** Every code with which a route of the API says no, with its status and an example of its sentence. */
const refusals = {
  input_malformed: [400, '"task" is not valid: Invalid input: expected string, received undefined.'],
  input_empty_task: [400, 'Say what the agent should do.'],
  input_folder_not_absolute: [400, '"invoices" is not an absolute path.'],
  input_folder_forbidden: [400, '/home/mia/.clawhold holds the state of Clawhold itself.'],
  input_unknown_agent: [400, 'There is no agent "accountant".'],
  input_agent_manifest: [400, 'accountant.yaml, line 3: unknown key "instruction".'],
  input_agent_without_policy: [400, 'The agent "accountant" has no policy.'],
  input_credential: [400, 'The secret has 3 bytes; it needs 8 to 16384.'],
  input_unknown_model: [400, 'There is no model "ollama/qwen9".'],
  input_no_conversation: [400, 'The agent "default" ends with its answer.'],
  input_file_selection: [400, '"report.md" is not among the changes of run_7k2m9qx4hc.'],
  auth_required: [401, 'Sign in first.'],
  auth_code_invalid: [401, 'This sign-in link was used already or is too old.'],
  auth_wrong_origin: [403, 'The request came from another site than the console.'],
  auth_operator_only: [403, 'ada may answer questions, and nothing else.'],
  input_url: [400, 'This address cannot be asked about: The host "a b" is not a name.'],
  state_no_such_run: [404, 'There is no run run_7k2m9qx4hc.'],
  state_no_such_picture: [404, 'The run run_7k2m9qx4hc has no picture 7.'],
  state_no_such_sandbox: [404, 'The run run_7k2m9qx4hc had no sandbox.'],
  state_no_conversation: [409, 'This run is no conversation that is open.'],
  state_no_control_ui: [409, 'pi brings no page of its own.'],
  state_conversation_busy: [409, 'The message before this one is still being answered.'],
  state_agent_unchanged: [409, 'Nothing that mia keeps was changed by a run.'],
  state_agent_busy: [409, 'A run of mia has what it keeps at this moment.'],
  state_agent_restored: [409, 'The newest change came back with a snapshot, and is not taken back alone.'],
  state_no_such_snapshot: [404, 'There is no snapshot 3 of mia.'],
  state_no_such_skill: [404, 'mia has no skill "sums".'],
  state_skill_differs: [409, 'The skill "sums" of mia is not the one that was shown.'],
  state_no_such_credential: [404, 'There is no credential "code-host".'],
  state_no_such_person: [404, 'There is no person "ada".'],
  state_no_such_pin: [404, 'No description of this tool was seen.'],
  state_no_such_label: [404, 'No run wrote this file with secret data.'],
  state_no_such_session: [404, 'There is no session ses_7k2m9qx4hc.'],
  state_no_such_approval: [404, 'There is no approval apr_7k2m9qx4hc.'],
  state_no_such_proposal: [404, 'There is no proposal prp_7k2m9qx4hc.'],
  state_no_such_step: [404, 'The run run_7k2m9qx4hc has no step stp_7k2m9qx4hc whose result was lost.'],
  state_no_files: [404, 'The run run_7k2m9qx4hc has changed no files here.'],
  state_run_going_on: [409, 'The run run_7k2m9qx4hc is still going on (running).'],
  state_run_ended: [409, 'The run run_7k2m9qx4hc has already ended (finished).'],
  state_files_busy: [409, 'The file changes of run_7k2m9qx4hc are being kept at this moment.'],
  state_files_settled: [409, 'The file changes of run_7k2m9qx4hc are already kept.'],
  state_files_not_kept: [409, 'The file changes of run_7k2m9qx4hc are not kept but open.'],
  state_not_kept: [409, 'Nothing of run_7k2m9qx4hc was kept.'],
  state_no_such_checkpoint: [404, 'The run run_7k2m9qx4hc has no checkpoint "before".'],
  state_checkpoint_name_taken: [409, 'The run run_7k2m9qx4hc has a checkpoint "before".'],
  state_too_many_checkpoints: [409, 'The files of run_7k2m9qx4hc have 60 layers.'],
  state_step_at_work: [409, 'A step of the run is at work.'],
  state_run_waiting: [409, 'The sandbox stands still while a person is asked.'],
  state_programs_running: [409, 'Programs of run_7k2m9qx4hc still run in its sandbox.'],
  state_driver_without_checkpoints: [409, 'The sandbox of run_7k2m9qx4hc lives, and crun cannot exchange its files.'],
  state_changes_differ: [409, 'The changes are not the ones that were shown.'],
  state_approval_ended: [409, 'The question apr_7k2m9qx4hc has already ended (denied).'],
  state_already_agreed: [409, 'ada has agreed to apr_7k2m9qx4hc already: 1 of 2 people have.'],
  state_requester_excluded: [
    409,
    'operator started this run, and whoever did is not one of those who may agree to apr_7k2m9qx4hc.',
  ],
  state_person_exists: [409, 'There is a person "ada" already.'],
  state_proposal_ended: [409, 'The proposal prp_7k2m9qx4hc has already ended (dismissed).'],
  state_credential_exists: [409, 'There is a credential "code-host" already.'],
  state_pin_changed: [409, 'The tool has no description with this digest.'],
  state_digest_mismatch: [409, 'What you approve is not what is being asked any more.'],
  state_step_settled: [409, 'The step stp_7k2m9qx4hc was settled already: operator said that it happened.'],
  state_needs_new_sandbox: [
    409,
    'What sandboxes of default see of files or may ask of the kernel would change, which needs a new sandbox, and 1 that began otherwise still runs: run_7k2m9qx4hc.',
  ],
  input_too_large: [413, 'The request is larger than 8388608 bytes.'],
  policy_invalid: [422, 'default.yaml, line 7: unknown key "hosts"; did you mean "host"?'],
  policy_test_invalid: [
    422,
    'draft.policy-test.yaml, line 3: "expcet" is not a key of tests.1; did you mean "expect".',
  ],
  policy_too_complex: [422, 'This takes more than 20 seconds, or more memory than it may.'],
  policy_unreadable: [422, 'The folder /etc/clawhold cannot be read.'],
  files_failed: [500, 'The disk is full.'],
  gateway_internal: [500, 'Something went wrong inside Clawhold.'],
  ledger_not_stored: [503, 'The database did not take the records; none of them is stored.'],
  state_desk_busy: [503, 'Too many questions about policies wait already.'],
  supervisor_not_answering: [503, 'The supervisor does not answer.'],
} as const satisfies Readonly<Record<string, readonly [status: number, sentence: string]>>;

export type RefusalCode = keyof typeof refusals;
type Status = (typeof refusals)[RefusalCode][0];

/** Whatever a route does, it can say these. */
const always: readonly RefusalCode[] = [
  'input_malformed',
  'auth_required',
  'auth_wrong_origin',
  'auth_operator_only',
  'gateway_internal',
];

const schema = named(problemSchema, 'Problem');

type Examples = Record<string, { readonly value: object }>;

interface ProblemResponse {
  readonly description: string;
  readonly content: { readonly [problemMediaType]: { readonly schema: typeof schema; readonly examples: Examples } };
}

/**
 * The ways in which a route fails, for its documentation: one response for each status, with an example for each code
 * (RFC 9457). A test fails when a route answers with a code that is not among its own.
 */
export function refusedAs(...codes: readonly RefusalCode[]): Readonly<Record<Status, ProblemResponse>> {
  const byStatus = Map.groupBy([...always, ...codes], (code) => refusals[code][0]);
  const responses = [...byStatus].map(([status, ours]) => [
    status,
    {
      description: `Refused or failed: ${ours.map((code) => `\`${code}\``).join(', ')}.`,
      content: {
        [problemMediaType]: { schema, examples: Object.fromEntries(ours.map((code) => [code, example(code)])) },
      },
    },
  ]);
  // Statuses that no code has are not there; whoever declares a route only spreads what is.
  return Object.fromEntries(responses) as Readonly<Record<Status, ProblemResponse>>;
}

function example(code: RefusalCode): Examples[string] {
  const [status, title] = refusals[code];
  return { value: { type: 'about:blank', title, status, code } };
}
