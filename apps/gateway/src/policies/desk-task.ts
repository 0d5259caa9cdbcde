import {
  type Change,
  checkPolicy,
  type DraftPolicy,
  diffPolicies,
  draftPolicy,
  type Explanation,
  explainQuestion,
  findingsOf,
  type ImportedPolicy,
  type ImportFormat,
  importPolicy,
  loadPolicy,
  loadPolicyTest,
  type NamedSource,
  type PolicyFinding,
  type PolicyLibrary,
  type PolicyTestReport,
  runPolicyTest,
  urlQuestion,
} from '@clawhold/policy';
import { ClawholdError } from '@clawhold/spec';

/** A document as it would be in force: below a ceiling, with what it may extend. */
export interface DeskDocument extends NamedSource {
  readonly ceiling: NamedSource;
  readonly library: PolicyLibrary;
}

/** What is asked about documents; all of it is computed from what is given here. */
export interface DeskTasks {
  readonly check: { readonly name: string; readonly source: string; readonly library: PolicyLibrary };
  readonly test: { readonly document: DeskDocument; readonly tests: NamedSource };
  readonly explain: {
    readonly document: DeskDocument;
    readonly url: string;
    readonly method: string;
    readonly program: string | undefined;
  };
  readonly diff: { readonly before: DeskDocument; readonly after: DeskDocument };
  readonly import: {
    readonly format: ImportFormat;
    readonly files: readonly NamedSource[];
    readonly anyProgram: boolean;
  };
}

export interface DeskAnswers {
  readonly check: readonly PolicyFinding[];
  readonly test: PolicyTestReport;
  readonly explain: Explanation;
  readonly diff: { readonly changes: readonly Change[]; readonly asked: number; readonly limits: readonly string[] };
  readonly import: Extract<ImportedPolicy, { kind: 'ok' }>;
}

export type DeskTask = keyof DeskTasks;

/**
 * Does one of them.
 *
 * @param now milliseconds since 1970.
 * @throws ClawholdError `policy_invalid`, `policy_test_invalid`, `input_url`: what is given cannot be asked about.
 */
export const deskWork: { readonly [Task in DeskTask]: (task: DeskTasks[Task], now: number) => DeskAnswers[Task] } = {
  check: ({ name, source, library }) => findingsOf(checkPolicy(source, name, library)),
  test({ document, tests }, now) {
    const own = loadPolicy(document.source, document.name);
    const test = loadPolicyTest(tests.source, tests.name);
    return runPolicyTest(test, compiled(document), now, own.kind === 'ok' ? own.document : undefined);
  },
  explain({ document, url, method, program }, now) {
    const question = urlQuestion(url, { method, program });
    if (question.kind === 'refused')
      throw new ClawholdError('input_url', `This address cannot be asked about: ${question.reason}`, { status: 400 });
    return explainQuestion(question.question, compiled(document), now);
  },
  diff: ({ before, after }, now) => diffPolicies(compiled(before), compiled(after), now),
  import({ format, files, anyProgram }) {
    const imported = importPolicy(format, files, { anyProgram });
    if (imported.kind === 'ok') return imported;
    throw invalid(imported.problems);
  },
};

function compiled({ ceiling, library, ...document }: DeskDocument): Extract<DraftPolicy, { kind: 'ok' }>['snapshot'] {
  const draft = draftPolicy(document, ceiling, library);
  if (draft.kind === 'ok') return draft.snapshot;
  throw invalid(draft.problems);
}

function invalid(problems: Extract<DraftPolicy, { kind: 'invalid' }>['problems']): ClawholdError {
  const [first] = problems;
  const place = first === undefined ? '' : `${first.file}, line ${first.line}: `;
  return new ClawholdError('policy_invalid', `${place}${first?.message ?? 'not valid'}`, {
    hint: 'POST /policies/check lists everything that is wrong.',
  });
}
