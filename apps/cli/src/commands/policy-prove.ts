import { type Claim, claimSentence, describeQuestion, type Proof, prove } from '@clawhold/policy';
import { startSolver } from '@clawhold/prover';
import { ClawholdError, confidentialityLevels, integrityLevels } from '@clawhold/spec';
import { compilePolicy, type PolicySurroundings, withSurroundings } from '../policy/policy-file.ts';
import { paint } from '../terminal/output.ts';
import type { AddCommand } from './command.ts';

interface Options extends PolicySurroundings {
  readonly before?: string;
  readonly seconds: string;
  readonly credential?: readonly string[];
  readonly label?: readonly string[];
}

/** An option that may stand several times. */
const again = (value: string, known: readonly string[] = []): readonly string[] => [...known, value];

export const addPolicyProve: AddCommand = (policy, session) => {
  withSurroundings(policy.command('prove'))
    .description('prove what no request can do under a document, or show one that can; needs no running Clawhold')
    .argument('<file>', 'YAML file')
    .option('--before <file>', 'prove too that nothing passes that did not pass under this document')
    .option(
      '--credential <provider=hosts>',
      'that its credential goes to these hosts only, as github=api.github.com,*.github.com',
      again,
    )
    .option(
      '--label <label=host>',
      'that such data does not reach a host, as secret=**.example.com or internal/external=api.example.com',
      again,
    )
    .option('--seconds <number>', 'how long to look for an answer to each question', '30')
    .action(async (file: string, options: Options) => {
      const { before } = options;
      const milliseconds = secondsOf(options.seconds) * 1_000;
      const snapshot = compilePolicy(file, options);
      const claims: readonly Claim[] = [
        { kind: 'link_local' },
        { kind: 'inspection_bypass' },
        ...(options.credential ?? []).map(credentialClaim),
        ...(options.label ?? []).map(labelClaim),
        ...(before === undefined ? [] : [{ kind: 'growth', before: compilePolicy(before, options) } as const]),
      ];
      await using solver = startSolver();
      const answers: { claim: string; proof: Proof }[] = [];
      for (const claim of claims) {
        const proof = await prove(claim, snapshot, Date.now(), solver.solve, milliseconds);
        answers.push({ claim: claimSentence(claim), proof });
      }
      session().output.result(answers, () => answers.map(({ claim, proof }) => draw(claim, proof)).join('\n'));
      if (answers.some(({ proof }) => proof.kind !== 'proved')) process.exitCode = 1;
    });
};

function secondsOf(text: string): number {
  const seconds = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (seconds > 0) return seconds;
  throw new ClawholdError('input_option', `"${text}" is no number of seconds.`, { hint: 'Write --seconds 30' });
}

function credentialClaim(text: string): Claim {
  const [, provider, hosts] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (provider === undefined || hosts === undefined)
    throw new ClawholdError('input_option', `"${text}" names no provider and hosts.`, {
      hint: 'Write --credential github=api.github.com,uploads.github.com',
    });
  return { kind: 'credential_reach', provider, hosts: hosts.split(',') };
}

function labelClaim(text: string): Claim {
  const [, level, origin = 'local', host] = /^(\w+)(?:\/(\w+))?=(.+)$/.exec(text) ?? [];
  const confidentiality = confidentialityLevels.find((word) => word === level);
  const integrity = integrityLevels.find((word) => word === origin);
  if (host === undefined || confidentiality === undefined || integrity === undefined)
    throw new ClawholdError('input_option', `"${text}" names no label and host.`, {
      hint: `Write --label secret=**.example.com; labels are ${confidentialityLevels.join(', ')}, with /${integrityLevels.join(', /')} behind them for where data came from.`,
    });
  return { kind: 'label_reach', data: { integrity, confidentiality }, host };
}

function draw(claim: string, proof: Proof): string {
  if (proof.kind === 'unknown') return `${paint.warn('unknown')}  ${claim} ${proof.why}`;
  if (proof.kind === 'proved') {
    const held = proof.byRules ? '' : paint.warn(' (only because the platform blocks it: a rule names such a place)');
    return `${paint.good('proved ')}  ${claim}${held}`;
  }
  const { operation, caller } = proof.question;
  const query = operation?.query ?? '';
  const how = operation === undefined ? ', unread' : query === '' ? '' : ` with the query ${query}`;
  const what = `${describeQuestion(proof.question)}${how}`;
  const program = caller.ancestors?.[0];
  return `${paint.bad('broken ')}  ${claim}\n         This passes: ${what}${program === undefined ? '' : ` by ${program}`}`;
}
