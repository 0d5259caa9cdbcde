import { resolve } from 'node:path';
import { explainPath, explainQuestion, urlQuestion } from '@clawhold/policy';
import { ClawholdError, type EgressQuestion } from '@clawhold/spec';
import { compilePolicy, type PolicySurroundings, withSurroundings } from '../policy/policy-file.ts';
import { paint } from '../terminal/output.ts';
import type { AddCommand } from './command.ts';

interface Options extends PolicySurroundings {
  readonly method: string;
  readonly program?: string;
}

export const addPolicyExplain: AddCommand = (policy, session) => {
  withSurroundings(policy.command('explain'))
    .description('say how a document decides about a request, or what of a path it shows; needs no running Clawhold')
    .argument('<file>', 'YAML file')
    .argument('<url>', 'what is asked for, for example https://api.example.com/a, or a path of this machine')
    .option('--method <method>', 'the method of the request', 'GET')
    .option('--program <path>', 'the executable that asks; default: not known')
    .action((file: string, url: string, options: Options) => {
      const snapshot = compilePolicy(file, options);
      if (url.startsWith('/')) {
        const explained = explainPath(resolve(url), snapshot);
        session().output.result(explained, () => explained.sentence);
        return;
      }
      const explained = explainQuestion(questionOf(url, options), snapshot, Date.now());
      session().output.result(explained, () =>
        [
          explained.sentence,
          ...explained.decision.rules.map(({ layer, path }) => `  ${paint.strong('decided by')} ${layer}: ${path}`),
          ...explained.lookedAt.map(
            ({ rule, decides }) =>
              `  ${paint.quiet(decides ? 'looked at' : 'looked at, another endpoint speaks instead:')} ${rule.layer}: ${rule.path}`,
          ),
        ].join('\n'),
      );
    });
};

function questionOf(url: string, { method, program }: Options): EgressQuestion {
  const asked = urlQuestion(url, { method, program });
  if (asked.kind === 'ok') return asked.question;
  throw new ClawholdError('input_url', `This address cannot be asked about: ${asked.reason}`, {
    hint: 'Write it as a program would, for example https://api.example.com/a.',
  });
}
