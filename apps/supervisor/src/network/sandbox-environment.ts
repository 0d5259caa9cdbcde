import { proxyUrl, sandboxHosts } from './doors.ts';

/** What every sandbox of this supervisor gets. */
export interface SandboxEnvironment {
  /** The Node 24 that sandboxes get, on the host. */
  readonly node: string;
  readonly readOnly: readonly { readonly source: string; readonly target: string }[];
  readonly variables: Readonly<Record<string, string>>;
  readonly hosts: Readonly<Record<string, string>>;
  readonly forbiddenSockets: readonly string[];
  /** Folders of the platform, which no policy shows. */
  readonly guardedFolders: readonly string[];
}

export interface SandboxEnvironmentOptions {
  readonly node: string;
  /** Our scripts for tools, on the host. */
  readonly tools: string;
  /** The system's certificate authorities and ours, in one file that only sandboxes trust. */
  readonly authorities: string;
  readonly forbiddenSockets: readonly string[];
  readonly guardedFolders: readonly string[];
}

/** Where things are inside. */
const inside = { tools: '/opt/clawhold/tools', authorities: '/opt/clawhold/authorities.pem' } as const;

/** What a program dials without the proxy: servers of the sandbox itself, which exists for no other sandbox. */
const own = 'localhost,127.0.0.1';

export function sandboxEnvironment(options: SandboxEnvironmentOptions): SandboxEnvironment {
  return {
    node: options.node,
    readOnly: [
      { source: options.tools, target: inside.tools },
      { source: options.authorities, target: inside.authorities },
    ],
    variables: {
      PATH: '/opt/node/bin:/usr/local/bin:/usr/bin:/bin',
      HOME: '/tmp',
      LANG: 'C.UTF-8',
      TMPDIR: '/tmp',
      HTTP_PROXY: proxyUrl,
      HTTPS_PROXY: proxyUrl,
      http_proxy: proxyUrl,
      https_proxy: proxyUrl,
      NO_PROXY: own,
      no_proxy: own,
      NODE_USE_ENV_PROXY: '1',
      // Each of these is how some family of programs learns of another authority.
      NODE_EXTRA_CA_CERTS: inside.authorities,
      SSL_CERT_FILE: inside.authorities,
      CURL_CA_BUNDLE: inside.authorities,
      GIT_SSL_CAINFO: inside.authorities,
      REQUESTS_CA_BUNDLE: inside.authorities,
      OPENAI_BASE_URL: 'http://inference.local/v1',
      ANTHROPIC_BASE_URL: 'http://inference.local',
    },
    hosts: sandboxHosts,
    forbiddenSockets: options.forbiddenSockets,
    guardedFolders: options.guardedFolders,
  };
}
