import {
  type Change,
  type Claim,
  checkPolicy,
  claimSentence,
  compileDraft,
  type Draft,
  diffPolicies,
  type Explanation,
  explainPath,
  explainQuestion,
  findingsOf,
  grantOpens,
  type ImportedPolicy,
  type ImportFormat,
  importPolicy,
  loadPolicy,
  loadPolicyTest,
  type NamedSource,
  type Novelty,
  noveltyOf,
  type PathExplanation,
  type PolicyFinding,
  type PolicyLibrary,
  type PolicyTestReport,
  type Problem,
  type Proof,
  prove,
  runPolicyTest,
  type Snapshot,
  urlQuestion,
} from '@clawhold/policy';
import { startSolver } from '@clawhold/prover';
import { ClawholdError, type Endpoint, type GrantRule, type NetworkPolicy } from '@clawhold/spec';

/** What is asked about documents; all of it is computed from what is given here. */
export interface DeskTasks {
  readonly check: { readonly name: string; readonly source: string; readonly library: PolicyLibrary };
  readonly test: { readonly document: Draft; readonly tests: NamedSource };
  readonly explain: {
    readonly document: Draft;
    readonly url: string;
    readonly method: string;
    readonly program: string | undefined;
  };
  /** @property path absolute, without `..`. */
  readonly explainPath: { readonly document: Draft; readonly path: string };
  readonly diff: { readonly before: Draft; readonly after: Draft };
  /** What granting a policy opens, beside what is granted already. */
  readonly opens: {
    readonly document: Draft;
    readonly policy: NetworkPolicy;
    readonly grants: readonly GrantRule[];
  };
  /** Whether granting it opens anything new. */
  readonly novelty: {
    readonly document: Draft;
    readonly policy: NetworkPolicy;
    readonly within: readonly Endpoint[];
  };
  readonly import: {
    readonly format: ImportFormat;
    readonly files: readonly NamedSource[];
    readonly anyProgram: boolean;
  };
  /** Whether it is a policy at all. */
  readonly compile: { readonly document: Draft };
  readonly prove: { readonly document: Draft; readonly claims: readonly DeskClaim[]; readonly seconds: number };
}

/** A claim, where the policy before is a document still. */
export type DeskClaim = Exclude<Claim, { kind: 'growth' }> | { readonly kind: 'growth'; readonly before: Draft };

export interface DeskAnswers {
  readonly check: readonly PolicyFinding[];
  readonly test: PolicyTestReport;
  readonly explain: Explanation;
  readonly explainPath: PathExplanation;
  readonly diff: ReturnType<typeof diffPolicies>;
  readonly opens: { readonly changes: readonly Change[]; readonly limits: readonly string[] };
  readonly novelty: Novelty;
  readonly import: Extract<ImportedPolicy, { kind: 'ok' }>;
  readonly compile: undefined;
  readonly prove: readonly { readonly claim: string; readonly proof: Proof }[];
}

export type DeskTask = keyof DeskTasks;

/**
 * Does one of them.
 *
 * @param now milliseconds since 1970.
 * @throws ClawholdError `policy_invalid`, `policy_test_invalid`, `input_url`: what is given cannot be asked about.
 */
export const deskWork: {
  readonly [Task in DeskTask]: (task: DeskTasks[Task], now: number) => DeskAnswers[Task] | Promise<DeskAnswers[Task]>;
} = {
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
  explainPath: ({ document, path }) => explainPath(path, compiled(document)),
  diff: ({ before, after }, now) => diffPolicies(compiled(before), compiled(after), now),
  opens: ({ document, policy, grants }, now) => grantOpens(policy, { snapshot: compiled(document), grants }, now),
  async novelty({ document, policy, within }, now) {
    await using solver = startSolver();
    return noveltyOf(policy, compiled(document), { within, solve: solver.solve, now });
  },
  import({ format, files, anyProgram }) {
    const imported = importPolicy(format, files, { anyProgram });
    if (imported.kind === 'ok') return imported;
    throw notImported(imported.problems, format);
  },
  compile({ document }) {
    compiled(document);
    return undefined;
  },
  async prove({ document, claims, seconds }, now) {
    const snapshot = compiled(document);
    const meant = claims.map((claim) =>
      claim.kind === 'growth' ? { ...claim, before: compiled(claim.before) } : claim,
    );
    await using solver = startSolver();
    const answers: { readonly claim: string; readonly proof: Proof }[] = [];
    for (const claim of meant)
      answers.push({
        claim: claimSentence(claim),
        proof: await prove(claim, snapshot, now, solver.solve, seconds * 1_000),
      });
    return answers;
  },
};

const everything = 'POST /policies/check lists everything that is wrong.';

function compiled(document: Draft): Snapshot {
  return compileDraft(document, () => everything);
}

function notImported([first]: readonly Problem[], format: ImportFormat): ClawholdError {
  const place = first === undefined ? '' : `${first.file}, line ${first.line}: `;
  return new ClawholdError('policy_invalid', `${place}${first?.message ?? 'not valid'}`, {
    hint: `Correct that line, or name another \`format\` than ${format}, and import again.`,
  });
}
