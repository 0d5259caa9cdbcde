import { keysAt, leavesOf, type OpenClawConfiguration, textAt, valueAt } from './configuration.ts';

/** What was dangerous about an OpenClaw: what it is, why, and what is in its place here. */
export interface Danger {
  readonly what: string;
  readonly why: string;
  readonly instead: string;
}

type Look = (configuration: OpenClawConfiguration) => Danger | undefined;

/** Everything dangerous that its configuration says, each once, in the order in which a person should care. */
export function dangersIn(configuration: OpenClawConfiguration): readonly Danger[] {
  return looks.flatMap((look) => look(configuration) ?? []);
}

const shellDecided = 'every command is a call that the policy decides, and the shell is in a sandbox';
const proxied = 'everything it sends goes through the proxy, under the policy';

const looks: readonly Look[] = [
  (configuration) => {
    const bind = textAt(configuration, 'gateway', 'bind');
    if (bind === undefined || bind === 'loopback') return undefined;
    return {
      what: `Its gateway listens beyond this machine (gateway.bind: ${bind}).`,
      why: 'Whoever reaches the port and has its token is its administrator.',
      instead: 'its gateway listens inside a sandbox, where only the platform comes',
    };
  },
  (configuration) =>
    textAt(configuration, 'gateway', 'auth', 'mode') === 'none'
      ? {
          what: 'Its gateway asks for no token (gateway.auth.mode: none).',
          why: 'Every program and every web page on this machine may command it.',
          instead: 'people sign in to Clawhold, and each run has a token of its own',
        }
      : undefined,
  (configuration) => {
    const secrets = ['token', 'password'].filter((key) => isClear(valueAt(configuration, 'gateway', 'auth', key)));
    return secrets.length === 0
      ? undefined
      : {
          what: `The ${secrets.join(' and ')} of its gateway stood in its configuration in clear text.`,
          why: 'Its own tools read that file, and on this machine the token gives every right.',
          instead: 'nothing that it can read opens anything',
        };
  },
  (configuration) => {
    const loud = leavesOf(valueAt(configuration, 'gateway', 'controlUi')).find(
      ({ path, value }) => value === true && /^(allowInsecureAuth|dangerously\w+)$/.test(path.at(-1) ?? ''),
    );
    return loud === undefined
      ? undefined
      : {
          what: `Its control page skips checks (gateway.controlUi.${loud.path.join('.')}).`,
          why: 'A page of somebody else could act as its administrator.',
          instead: 'its control page is off',
        };
  },
  (configuration) => {
    const mode = textAt(configuration, 'agents', 'defaults', 'sandbox', 'mode');
    return mode === 'all'
      ? undefined
      : {
          what: `It worked without a sandbox of its own (agents.defaults.sandbox.mode: ${mode ?? 'off'}).`,
          why: 'Its shell and file tools reached everything that its account could.',
          instead: 'it thinks in one sandbox and acts in another, on a copy of the task folder',
        };
  },
  (configuration) => {
    const { mode, security, ask } = {
      mode: textAt(configuration, 'tools', 'exec', 'mode'),
      security: textAt(configuration, 'tools', 'exec', 'security'),
      ask: textAt(configuration, 'tools', 'exec', 'ask'),
    };
    if (mode === 'deny' || mode === 'ask' || ask === 'always') return undefined;
    const said = mode === undefined && security === undefined ? 'full, as it comes' : (mode ?? security);
    return {
      what: `It ran commands without asking (tools.exec.mode: ${said}).`,
      why: 'A page or a mail that it read could make it run anything.',
      instead: shellDecided,
    };
  },
  (configuration) =>
    leavesOf(valueAt(configuration, 'tools', 'elevated')).some(({ value }) => value === '*')
      ? {
          what: 'Every sender was trusted with elevated tools (tools.elevated.allowFrom: *).',
          why: 'Whoever could write to it could leave its sandbox.',
          instead: 'elevated tools are off',
        }
      : undefined,
  (configuration) => {
    const open = keysAt(configuration, 'channels').filter((channel) =>
      leavesOf(valueAt(configuration, 'channels', channel)).some(
        ({ path, value }) =>
          (/policy$/i.test(path.at(-1) ?? '') && value === 'open') || (path.includes('allowFrom') && value === '*'),
      ),
    );
    return open.length === 0
      ? undefined
      : {
          what: `Anybody could talk to it over ${open.slice(0, 8).join(', ')}.`,
          why: 'Each message of a stranger is an instruction to something that acts with your rights.',
          instead: 'only people who sign in to Clawhold talk to it',
        };
  },
  (configuration) => {
    const paths = leavesOf(valueAt(configuration, 'plugins', 'load')).filter(({ value }) => typeof value === 'string');
    return paths.length === 0
      ? undefined
      : {
          what: `It loaded plugins from folders (plugins.load: ${paths.length}).`,
          why: 'A plugin runs in its process, with its token and its secrets.',
          instead: 'its list of plugins is empty',
        };
  },
  (configuration) => {
    const enabled = keysAt(configuration, 'plugins', 'entries').filter(
      (name) => valueAt(configuration, 'plugins', 'entries', name, 'enabled') === true,
    );
    return enabled.length === 0
      ? undefined
      : {
          what: `Plugins were enabled (${enabled.slice(0, 8).join(', ')}).`,
          why: 'A plugin runs in its process, with its token and its secrets.',
          instead: 'its list of plugins is empty',
        };
  },
  (configuration) => {
    const local = keysAt(configuration, 'mcp', 'servers').filter(
      (name) => valueAt(configuration, 'mcp', 'servers', name, 'command') !== undefined,
    );
    return local.length === 0
      ? undefined
      : {
          what: `MCP servers were programs beside it (${local.slice(0, 8).join(', ')}).`,
          why: 'Each could read its files and its secrets and reach every network.',
          instead: 'none of them is taken over',
        };
  },
  (configuration) =>
    valueAt(configuration, 'hooks', 'enabled') === true || keysAt(configuration, 'hooks', 'mappings').length > 0
      ? {
          what: 'Web hooks could start it from outside (hooks.enabled).',
          why: 'What they carry becomes its instructions.',
          instead: 'nothing starts it but a person, or a program with a token of the platform',
        }
      : undefined,
  (configuration) =>
    leavesOf(configuration).some(({ value }) => typeof value === 'string' && /^!|^\$\(/.test(value)) ||
    leavesOf(valueAt(configuration, 'secrets', 'providers')).some(({ value }) => value === 'exec')
      ? {
          what: 'Secrets came from commands that it ran (secrets.providers: exec).',
          why: 'Who changes the command or its configuration gets them.',
          instead: 'secrets are in the store of the platform, and no program in a sandbox has one',
        }
      : undefined,
  (configuration) =>
    valueAt(configuration, 'skills', 'install', 'allowUploadedArchives') === true
      ? {
          what: 'Clients could install skills into it (skills.install.allowUploadedArchives).',
          why: 'A skill is instructions and scripts that it follows.',
          instead: 'no skill counts before a person releases it',
        }
      : undefined,
  (configuration) =>
    valueAt(configuration, 'update', 'checkOnStart') === false &&
    valueAt(configuration, 'telemetry', 'enabled') !== true
      ? undefined
      : {
          what: 'It told its makers about itself (telemetry, update.checkOnStart).',
          why: 'That is a way out that nobody decided on.',
          instead: `both are off, and ${proxied}`,
        },
  (configuration) =>
    valueAt(configuration, 'tools', 'loopDetection', 'enabled') === true
      ? undefined
      : {
          what: 'Nothing stopped it from repeating a call without end (tools.loopDetection).',
          why: 'A loop spends money until somebody looks.',
          instead: 'turns, tokens and seconds of a run are bounded',
        },
];

function isClear(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && !value.startsWith('${');
}
