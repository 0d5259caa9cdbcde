import { loadPolicy, loadPolicyTest, type PolicyTestReport, runPolicyTest } from '@clawhold/policy';
import { ClawholdError } from '@clawhold/spec';
import { compilePolicy, type PolicySurroundings, readPolicy, withSurroundings } from '../policy/policy-file.ts';
import { paint } from '../terminal/output.ts';
import type { AddCommand } from './command.ts';

interface Options extends PolicySurroundings {
  readonly policy?: string;
  readonly allRules?: boolean;
}

interface TestedFile extends PolicyTestReport {
  readonly file: string;
  readonly policy: string;
}

const suffix = /\.policy-test\.yaml$/;

export const addPolicyTest: AddCommand = (policy, session) => {
  withSurroundings(policy.command('test'))
    .description('ask a document the questions of policy tests; needs no running Clawhold')
    .argument('<files...>', 'NAME.policy-test.yaml, beside the document NAME.yaml that it tests')
    .option('--policy <file>', 'the document to test; default: the one beside each test')
    .option('--all-rules', 'fail too when a rule of the document decided nothing')
    .action((files: readonly string[], options: Options) => {
      const tested = files.map((file) => testFile(file, options));
      const complete = options.allRules !== true || tested.every(({ uncovered }) => uncovered.length === 0);
      const passed = tested.every((one) => one.passed) && complete;
      session().output.result({ passed, files: tested }, () => tested.map(draw).join('\n'));
      if (!passed) process.exitCode = 1;
    });
};

function testFile(file: string, options: Options): TestedFile {
  const policy = options.policy ?? documentBeside(file);
  const test = loadPolicyTest(readPolicy(file), file);
  const snapshot = compilePolicy(policy, options);
  const own = loadPolicy(readPolicy(policy), policy);
  const report = runPolicyTest(test, snapshot, Date.now(), own.kind === 'ok' ? own.document : undefined);
  return { file, policy, ...report };
}

function documentBeside(file: string): string {
  if (suffix.test(file)) return file.replace(suffix, '.yaml');
  throw new ClawholdError('input_policy_test', `${file} does not say which document it tests.`, {
    hint: 'Call it NAME.policy-test.yaml beside NAME.yaml, or name the document with --policy.',
  });
}

function draw({ file, results, covered, uncovered }: TestedFile): string {
  const failed = results.filter((result) => !result.passed);
  const count = `${results.length - failed.length} of ${results.length} cases as expected`;
  const rules = `${covered.length} of ${covered.length + uncovered.length} rules decided one`;
  return [
    `${failed.length === 0 ? paint.good('ok    ') : paint.bad('failed')}  ${file}: ${count}; ${rules}`,
    ...failed.map(
      ({ name, expected, actual, why }) =>
        `        ${paint.strong(name)}: expected ${expected}, was ${actual}\n          ${paint.quiet(why)}`,
    ),
    ...uncovered.map((path) => `        ${paint.warn('no case is decided by')} ${path}`),
  ].join('\n');
}
