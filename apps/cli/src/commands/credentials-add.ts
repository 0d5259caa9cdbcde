import { ClawholdError } from '@clawhold/spec/error';
import { Option } from 'commander';
import { connect } from '../connection/connect.ts';
import type { SourceOptions } from '../credentials/source.ts';
import { type CredentialKind, credentialKinds, sourceOf } from '../credentials/source.ts';
import { readSecret } from '../terminal/read-secret.ts';
import { wholeNumber } from '../terminal/whole-number.ts';
import type { AddCommand } from './command.ts';

interface AddOptions extends SourceOptions {
  readonly kind: CredentialKind;
  readonly host?: readonly string[];
  readonly place?: readonly string[];
  readonly port?: readonly string[];
  readonly method?: readonly string[];
  readonly path?: readonly string[];
  readonly agent?: readonly string[];
  readonly variable?: string;
}

const details = `
Places: header:NAME  basic:user  basic:password  query:KEY  path  json:/POINTER  form:FIELD  text
        websocket:/POINTER  websocket  sigv4

Kinds, and what is read as their secret:
  secret   one text, for example a token
  aws      JSON: { "access_key_id": …, "secret_access_key": …, "session_token": … (not always) }
  aws_sts  the same, of who may take on --role in --region
  oauth2_client_credentials  the client's secret; with --token-url, --client-id
  oauth2_refresh_token       JSON: { "refresh_token": …, "client_secret": … (not always) }; with the same
  google_service_account     the JSON key file; with --scope

The policy of an agent names the credential too:  credential_binding: { provider: NAME }

Example:
  npx clawhold credentials add code-host --host api.code.example --place header:authorization < token.txt`;

export const addCredentialsAdd: AddCommand = (credentials, session) => {
  credentials
    .command('add')
    .description('store one; its secret is asked for, or read from stdin, and never an argument')
    .argument('<name>', 'small letters, digits and hyphens')
    .addOption(new Option('--kind <kind>', 'what it is').choices(credentialKinds).default('secret'))
    .option('--host <hosts...>', 'where it may go, as in a policy')
    .option('--place <places...>', 'where in a request it may stand (default with --kind aws: sigv4)')
    .option('--port <ports...>', 'default: 443')
    .option('--method <methods...>', 'default: every method')
    .option('--path <paths...>', 'globs as in a policy; default: every path')
    .option('--agent <agents...>', 'which agents may use it; default: all')
    .option('--variable <name>', 'where programs find what stands for it; default: NAME in capitals')
    .option('--prefix <text>', 'how that begins, where a program looks at the form of its key')
    .option('--token-url <url>', 'where OAuth2 tokens are asked for')
    .option(
      '--revocation-url <url>',
      'where they are handed back: each run gets its own then, and it ends with the run',
    )
    .option('--client-id <id>', 'of OAuth2')
    .option('--client-authentication <how>', 'of OAuth2: basic or body; default: basic')
    .option('--scope <scopes...>', 'of OAuth2 and of Google')
    .option('--role <arn>', 'of AWS, to take on')
    .option('--region <name>', 'of AWS, where the role is taken on')
    .addHelpText('after', details)
    .action(async (name: string, options: AddOptions) => {
      const { kind, host: hosts, port, method: methods, path: paths, agent: agents, variable } = options;
      const places = options.place ?? (kind === 'aws' || kind === 'aws_sts' ? ['sigv4'] : undefined);
      if (hosts === undefined || places === undefined)
        throw new ClawholdError('input_credential', 'Say where it may go: --host, and --place in the request.', {
          hint: 'See the places and an example with: npx clawhold credentials add --help',
        });
      const { api } = connect();
      const secret = await readSecret(`Secret of ${name}: `);
      const { data } = await api.POST('/credentials', {
        body: {
          name,
          secret,
          source: sourceOf(kind, options),
          ...(variable === undefined ? {} : { variable }),
          binding: {
            hosts: [...hosts],
            places: [...places],
            ports: port?.map(wholeNumber) ?? [443],
            ...(methods === undefined ? {} : { methods: [...methods] }),
            ...(paths === undefined ? {} : { paths: [...paths] }),
            ...(agents === undefined ? {} : { agents: [...agents] }),
          },
        },
      });
      session().output.result(
        data,
        () => `${name} is stored. New sandboxes get what stands for it; a policy says where it is filled in.`,
      );
    });
};
