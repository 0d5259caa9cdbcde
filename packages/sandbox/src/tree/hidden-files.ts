/** Files that no agent needs and that whoever has them could use elsewhere. */
export interface HiddenFileKind {
  /** Globs on the last components of a path, separated by white space. A folder goes with all that lies in it. */
  readonly names: string;
  /** Hidden only when the file holds one of these texts: the same names are used for what is no secret. */
  readonly holding?: readonly string[];
}

/**
 * A wrong entry here breaks work: a program in the sandbox finds no such file. So names that are mostly used for what is no
 * secret stand with what they must hold, and instructions for agents (`AGENTS.md`, `.claude/settings.json`, `.cursor/rules`)
 * are not here at all: they are part of the project, and what an agent makes of them is under policy like all it does.
 */
export const hiddenFileKinds: readonly HiddenFileKind[] = [
  { names: '.env .env.*' },
  { names: 'id_rsa id_dsa id_ecdsa id_ecdsa_sk id_ed25519 id_ed25519_sk .ssh .gnupg .password-store' },
  { names: '*.pem *.key *.p8 *.asc', holding: ['PRIVATE KEY'] },
  { names: '*.ppk *.p12 *.pfx *.kdbx' },
  {
    names:
      '.aws/credentials .aws/sso .aws/cli .azure .config/gcloud application_default_credentials.json .kube kubeconfig',
  },
  {
    names: '*service-account*.json *service_account*.json *credentials*.json',
    holding: ['private_key', 'client_secret'],
  },
  { names: '.git-credentials .netrc _netrc .pgpass .vault-token .config/gh .config/hub .config/rclone .s3cfg .boto' },
  { names: '.npmrc', holding: ['_auth', '_password'] },
  { names: '.yarnrc.yml', holding: ['npmAuth'] },
  { names: '.pypirc .my.cnf .m2/settings.xml', holding: ['password'] },
  { names: '.docker/config.json .dockercfg', holding: ['"auth"', '"identitytoken"'] },
  { names: 'auth.json', holding: ['"http-basic"', 'oauth"', '"bearer"', 'access_token', 'API_KEY'] },
  { names: '.cargo/credentials .cargo/credentials.toml .gem/credentials .terraform.d/credentials.tfrc.json' },
  // Agents' own sign-ins; the rest of what they keep in a project is not secret.
  { names: '.claude/.credentials.json .claude.json .codex/auth.json .gemini/oauth_creds.json .config/github-copilot' },
  { names: '.openclaw/credentials auth-profiles.json .openclaw/openclaw.json .openclaw/identity' },
];

/** Names that look like the above and are made to be shared. */
export const shownFileNames: string =
  '.env.example .env.sample .env.template .env.dist .env.defaults .env.schema .env.*.example';
