import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { harnessOf } from './harnesses.ts';
import { mcpServerOf } from './mcp-server.ts';
import { parseProgramManifest } from './program-manifest.ts';
import { meaningOf } from './tool-meaning.ts';

const head = 'name: coder\ndescription: d\nharness: command\n';

test.each([
  ['a misspelled key', `${head}comand: [x]\n`, ['line 4', '"comand"', 'did you mean "command"']],
  ['no program', `${head}command: []\n`, ['line 4', 'command']],
  ['a kind that nobody knows', `${head.replace('command', 'comand')}command: [x]\n`, ['line 3', 'harness']],
  ['a tool that is none of ours', `${head}command: [x]\ntools: { bash: { is: shell } }\n`, ['line 5', 'tools.bash.is']],
  [
    'a server with another name',
    `${head}command: [x]\nmcp: { my_files: { command: [x] } }\n`,
    ['line 5', 'lower-case'],
  ],
  ['a server without a program', `${head}command: [x]\nmcp: { files: {} }\n`, ['line 5', 'mcp.files.command']],
  [
    'a server for an agent without a client',
    `${head.replace('harness: command', 'harness: pi')}command: [x]\nmcp: { files: { command: [x] } }\n`,
    ['mcp: pi has no'],
  ],
  [
    'what a server may not see',
    `${head}command: [x]\nmcp: { files: { command: [x], files: write } }\n`,
    ['mcp.files.files'],
  ],
  ['instructions, which nobody would read', `${head}command: [x]\ninstructions: y\n`, ['"instructions"']],
])(verifies('agents.manifest', '%s is refused with its place'), (_, text, words) => {
  for (const word of words) expect(() => parseProgramManifest(text, 'agents/coder.yaml')).toThrow(word);
});

test(verifies('agents.manifest', 'whatever the task says, the program gets it whole, in one place'), () => {
  const { start } = harnessOf('command');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string()), (words, rest) => {
      const task = words.replaceAll('\0', '');
      const [model, plain] = ['m', rest.map((argument) => argument.replaceAll('{task}', ''))];
      const asArgument = start({ task, model, mcp: {}, command: ['agent', ...plain, '-p', '{task}'] });
      expect(asArgument.arguments).toEqual(['agent', ...plain, '-p', task]);
      expect(asArgument.input).toBe('');
      expect(start({ task, model, mcp: {}, command: ['agent', ...plain] })).toMatchObject({
        arguments: ['agent', ...plain],
        input: task,
      });
    }),
    { numRuns: scale(30) },
  );
  // What a replacement would take for something else.
  const task = "Pay $& and $1, $` or $'.";
  expect(start({ task, model: 'm', mcp: {}, command: ['agent', '--task={task}'] }).arguments).toEqual([
    'agent',
    `--task=${task}`,
  ]);
  expect(() => start({ task: 'a\0b', model: 'm', mcp: {}, command: ['agent'] })).toThrow('zero byte');
});

test(
  verifies('agents.mcp-decided', 'every kind of agent is told of its servers at the hosts that the platform answers'),
  () => {
    const servers =
      '{ files: { command: [mcp-files] }, tickets: { command: [node, /srv/tickets.mjs], files: read, policy: tickets } }';
    const { mcp } = parseProgramManifest(`${head}command: [x]\nmcp: ${servers}\n`, 'it');
    expect(mcp['tickets']).toEqual({ command: ['node', '/srv/tickets.mjs'], files: 'read', policy: 'tickets' });
    const assignment = { task: 't', model: 'm', command: ['agent'], mcp } as const;
    const url = 'http://files.mcp.local/mcp';
    const list = { mcpServers: expect.objectContaining({ files: { type: 'http', url } }) };
    const { environment } = harnessOf('command').start(assignment);
    expect(JSON.parse(environment['CLAWHOLD_MCP_SERVERS'] ?? '')).toEqual(list);
    const claude = harnessOf('claude-code').start(assignment).arguments;
    expect(JSON.parse(claude[claude.indexOf('--mcp-config') + 1] ?? '')).toEqual(list);
    expect(harnessOf('codex').start(assignment).arguments).toContain(`mcp_servers.files={url="${url}"}`);
    const { environment: code } = harnessOf('opencode').start(assignment);
    const { mcp: remote } = JSON.parse(code['OPENCODE_CONFIG_CONTENT'] ?? '');
    expect(remote).toMatchObject({ files: { type: 'remote', url } });
    for (const [tool, server] of [
      ['files__read', 'files'],
      ['mcp__tickets__close', 'tickets'],
      ['other__read', undefined],
      ['files_read', 'files'],
      ['files', undefined],
      ['constructor__x', undefined],
    ] as const)
      expect(mcpServerOf(tool, mcp), tool).toBe(server);
  },
);

test('a call is told in our words where somebody said what it means, and only there', () => {
  const tools = parseProgramManifest(
    `${head}command: [x]\ntools:\n  Bash: { is: shell.exec, arguments: { command: cmd } }\n  list: { is: file.list }\n`,
    'it',
  ).tools;
  const call = { tool: 'Bash', arguments: { cmd: 'ls', why: 'to see' } };
  expect(meaningOf(call, tools)).toEqual({ kind: 'tool', tool: 'shell.exec', arguments: { command: 'ls' } });
  expect(meaningOf({ tool: 'list', arguments: { path: 'a' } }, tools)).toEqual({
    kind: 'tool',
    tool: 'file.list',
    arguments: { path: 'a' },
  });
  expect(meaningOf({ ...call, tool: 'bash' }, tools)).toEqual({ kind: 'unknown' });
  expect(meaningOf({ ...call, tool: 'constructor' }, tools)).toEqual({ kind: 'unknown' });
  const edits = [
    { oldText: 'a', newText: 'b' },
    { oldText: 'c', newText: 'd' },
  ];
  const piTools = harnessOf('pi').tools;
  const meant = (values: Readonly<Record<string, unknown>>) => meaningOf({ tool: 'edit', arguments: values }, piTools);
  expect(meant({ path: 'a', edits })).toEqual({
    kind: 'tool',
    tool: 'file.edit',
    arguments: { path: 'a', old: 'a\nc', new: 'b\nd' },
  });
  // What is not understood whole is not explained.
  for (const odd of ['[]', [...edits, { oldText: 'e' }], [null], { 0: edits[0] }])
    expect(meant({ path: 'a', edits: odd })).not.toHaveProperty('arguments.new');
  const { tools: theirs } = harnessOf('claude-code');
  expect(meaningOf({ tool: 'ToolSearch', arguments: {} }, theirs)).toEqual({ kind: 'conversation' });
});
