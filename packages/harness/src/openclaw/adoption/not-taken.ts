import { keysAt, leavesOf, type OpenClawConfiguration, textAt, valueAt } from './configuration.ts';

/** Something of an OpenClaw that is not taken over, and what a person does instead. */
export interface NotTaken {
  readonly what: string;
  readonly instead: string;
}

/** Names of hostile length, and hundreds of them, say nothing more. */
const list = (names: readonly string[]): string =>
  [...names.slice(0, 8), ...(names.length > 8 ? [`and ${names.length - 8} more`] : [])].join(', ');

/** What its configuration says and the manifest here does not take. */
export function notTakenOf(configuration: OpenClawConfiguration): readonly NotTaken[] {
  const found = (name: string, keys: readonly string[], instead: string): readonly NotTaken[] => {
    const names = keysAt(configuration, ...keys).filter((key) => key !== 'enabled');
    return names.length === 0 ? [] : [{ what: `${name}: ${list(names)}`, instead }];
  };
  const model =
    textAt(configuration, 'agents', 'defaults', 'model', 'primary') ??
    textAt(configuration, 'agents', 'defaults', 'model');
  const known = new Set([
    'agents',
    'channels',
    'mcp',
    'plugins',
    'models',
    'cron',
    'hooks',
    'skills',
    'gateway',
    'tools',
    'meta',
    'wizard',
    'auth',
    'env',
    'secrets',
    'telemetry',
  ]);
  const others = Object.keys(configuration).filter((key) => !known.has(key));
  return [
    ...(model === undefined
      ? []
      : [
          {
            what: `its model ${model}`,
            instead: 'it uses a model of the platform: choose one with --model, see "npx clawhold models"',
          },
        ]),
    ...found('providers of models', ['models', 'providers'], 'models are the platform’s: models.yaml'),
    ...found('channels', ['channels'], 'found, not activated: talk to it with "npx clawhold chat"'),
    ...found(
      'other agents',
      ['agents', 'entries'],
      'one is adopted at a time: adopt again under another name with --from',
    ).filter(() => keysAt(configuration, 'agents', 'entries').length > 1),
    ...found('MCP servers', ['mcp', 'servers'], 'found, not activated: name those that it should have in its manifest'),
    ...found('plugins', ['plugins', 'entries'], 'found, not activated: its list of plugins is empty'),
    ...found(
      'skills that have settings',
      ['skills', 'entries'],
      'their settings are not taken; the skills wait for a release',
    ),
    ...found('web hooks', ['hooks'], 'found, not activated: start runs with "npx clawhold run" or the API'),
    ...(leavesOf(valueAt(configuration, 'cron')).length === 0
      ? []
      : [
          {
            what: 'settings of its cron',
            instead: 'found, not activated: start runs from a timer of yours with "npx clawhold run"',
          },
        ]),
    ...(others.length === 0
      ? []
      : [
          {
            what: `other settings: ${list(others)}`,
            instead: 'its configuration is made by the platform for each run',
          },
        ]),
  ];
}

/** Which of its agents it is, and where that one works. */
export interface AdoptedIdentity {
  readonly agent: string;
  /** As it shows itself; undefined when it says nothing. */
  readonly shownName: string | undefined;
  /** As its configuration says it; undefined when it says nothing. */
  readonly workspace: string | undefined;
}

/**
 * @param agent which of several; default: the one that its configuration makes the default, else `main`.
 */
export function identityOf(configuration: OpenClawConfiguration, agent?: string): AdoptedIdentity {
  const entries = keysAt(configuration, 'agents', 'entries');
  const named = agent ?? entries.find((name) => valueAt(configuration, 'agents', 'entries', name, 'default') === true);
  const chosen = named ?? (entries.includes('main') ? 'main' : (entries[0] ?? 'main'));
  return {
    agent: chosen,
    shownName:
      textAt(configuration, 'agents', 'entries', chosen, 'identity', 'name') ??
      textAt(configuration, 'agents', 'entries', chosen, 'name'),
    workspace:
      textAt(configuration, 'agents', 'entries', chosen, 'workspace') ??
      textAt(configuration, 'agents', 'defaults', 'workspace'),
  };
}
