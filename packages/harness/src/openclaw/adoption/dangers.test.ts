import { expect, test } from 'vitest';
import { openclaw } from '../openclaw.ts';
import { isUnreadable, readConfiguration } from './configuration.ts';
import { dangersIn } from './dangers.ts';
import { identityOf, notTakenOf } from './not-taken.ts';

const read = (text: string) => {
  const configuration = readConfiguration(text);
  if (isUnreadable(configuration)) throw new Error(configuration.unreadable);
  return configuration;
};
const words = (text: string) =>
  dangersIn(read(text))
    .map(({ what }) => /\(([\w.]+)/.exec(what)?.[1])
    .toSorted();

test('what an OpenClaw does by itself, as it comes, is told', () => {
  expect(words('{}')).toEqual(['agents.defaults.sandbox.mode', 'telemetry', 'tools.exec.mode', 'tools.loopDetection']);
});

test.each([
  ['{gateway: {bind: "lan"}}', 'gateway.bind'],
  ['{gateway: {auth: {mode: "none"}}}', 'gateway.auth.mode'],
  ['{gateway: {controlUi: {dangerouslyDisableDeviceAuth: true}}}', 'gateway.controlUi.dangerouslyDisableDeviceAuth'],
  ['{tools: {elevated: {allowFrom: {telegram: ["*"]}}}}', 'tools.elevated.allowFrom'],
  ['{plugins: {load: {paths: ["/tmp/p"]}}}', 'plugins.load'],
  ['{hooks: {enabled: true}}', 'hooks.enabled'],
  ['{secrets: {providers: {v: {source: "exec", command: "/x"}}}}', 'secrets.providers'],
  ['{skills: {install: {allowUploadedArchives: true}}}', 'skills.install.allowUploadedArchives'],
])('%s is told', (text, expected) => {
  expect(words(text)).toContain(expected);
});

test('clear tokens, open channels, plugins and local MCP servers are told by their names', () => {
  const text =
    '{gateway: {auth: {token: "t-00000001"}}, channels: {telegram: {dmPolicy: "open"}}, plugins: {entries: {p: {enabled: true}}}, mcp: {servers: {db: {command: "x"}, web: {url: "https://x"}}}}';
  const all = dangersIn(read(text)).map(({ what }) => what);
  expect(all).toEqual(
    expect.arrayContaining([
      'The token of its gateway stood in its configuration in clear text.',
      'Anybody could talk to it over telegram.',
      'Plugins were enabled (p).',
      'MCP servers were programs beside it (db).',
    ]),
  );
});

test('of the configuration that this platform makes, only what is meant so is dangerous', () => {
  const files = openclaw.mind?.configuration({ model: 'p/m', secret: 'run-secret-000001', mcp: {}, skills: [] }) ?? {};
  const all = dangersIn(read(files['openclaw.json'] ?? '{}')).map(({ what }) => what);
  // The token is that of one run, and what thinks there may know it. Its shell is not its own.
  expect(all).toEqual([
    'The token of its gateway stood in its configuration in clear text.',
    'It ran commands without asking (tools.exec.mode: full, as it comes).',
  ]);
});

test('what is not taken is named, and the agent is the default one', () => {
  const configuration = read(
    '{agents: {defaults: {workspace: "~/w", model: {primary: "a/b"}}, entries: {main: {}, work: {default: true, identity: {name: "Mo"}, workspace: "/x/workspace-work"}}}, channels: {slack: {}}, browser: {enabled: true}}',
  );
  expect(identityOf(configuration)).toEqual({ agent: 'work', shownName: 'Mo', workspace: '/x/workspace-work' });
  expect(identityOf(configuration, 'main')).toEqual({ agent: 'main', shownName: undefined, workspace: '~/w' });
  expect(notTakenOf(configuration).map(({ what }) => what)).toEqual([
    'its model a/b',
    'channels: slack',
    'other agents: main, work',
    'other settings: browser',
  ]);
});
