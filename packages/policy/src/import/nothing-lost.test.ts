import { noUsage } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { decide, draftPolicy, type ImportFormat, importPolicy } from '../index.ts';
import { connection, toolCall } from '../testing/samples.ts';

function imported(format: ImportFormat, source: object) {
  return importPolicy(format, [{ name: 'theirs.json', source: JSON.stringify(source, null, 1) }]);
}

function kept(format: ImportFormat, source: object) {
  const result = imported(format, source);
  if (result.kind === 'invalid') throw new Error(JSON.stringify(result.problems));
  const draft = draftPolicy({ name: 'ours.yaml', source: result.source });
  if (draft.kind === 'invalid') throw new Error(JSON.stringify(draft.problems));
  return {
    notes: result.notes.map(({ kind, line, sentence }) => `${kind} ${line} ${sentence}`),
    tool: (tool: string): string =>
      decide({ ...toolCall, tool, effect: 'reversible' }, draft.snapshot, noUsage, 0).kind,
    opens: (host: string): boolean => decide(connection(host), draft.snapshot, noUsage, 0).kind === 'allow',
  };
}

const files = { denyRead: [], allowWrite: ['.'], denyWrite: [] };

test.each([
  ['claude-code', { permissions: { allow: ['Bash'], deny: 'Bash' } }, 'permissions.deny', 6],
  ['claude-code', { permissions: { allow: ['Bash'], ask: [{ tool: 'Bash' }] } }, 'permissions.ask', 6],
  [
    'srt',
    { network: { allowedDomains: ['a.example.com'], deniedDomains: 'a.example.com' } },
    'network.deniedDomains',
    6,
  ],
  ['srt', { network: {}, filesystem: { ...files, denyRead: { path: '.env' } } }, 'filesystem.denyRead', 4],
] as const)(
  verifies('policy-tools.import', 'what holds something back and cannot be read is refused: %s %j'),
  (format, source, key, line) => {
    expect(imported(format, source)).toMatchObject({
      kind: 'invalid',
      problems: [{ file: 'theirs.json', line, message: expect.stringContaining(`\`${key}\` is a list of texts`) }],
    });
  },
);

test.each([
  ['openshell', { version: 1, network_policies: [{ endpoints: [] }] }, 'network_policies'],
  ['nemoclaw', { preset: 'shop', network_policies: {} }, 'preset'],
  ['srt', { network: ['a.example.com'], filesystem: files }, 'network'],
  ['srt', { network: {}, filesystem: 'none' }, 'filesystem'],
  ['claude-code', { permissions: ['Bash'] }, 'permissions'],
  ['claude-code', { permissions: {}, sandbox: true }, 'sandbox'],
] as const)(
  verifies('policy-tools.import', 'a section that is no mapping is refused: %s %j'),
  (format, source, key) => {
    expect(imported(format, source)).toMatchObject({
      kind: 'invalid',
      problems: [{ message: `\`${key}\` is a mapping.` }],
    });
  },
);

const curl = [{ path: '/usr/bin/curl' }];
const readable = { host: 'a.example.com', port: 443, protocol: 'rest' };

test.each<[string, unknown, unknown, string]>([
  ['programs that are no list', [{ ...readable, access: 'full' }], { path: '/usr/bin/curl' }, '`binaries` is a list'],
  ['one program alone', [{ ...readable, access: 'full' }], '/usr/bin/curl', '`binaries` is a list'],
  ['endpoints that are no list', { ...readable, access: 'full' }, curl, '`endpoints` is a list'],
  [
    'a rule that forbids beside one that allows',
    [{ ...readable, rules: [{ allow: { method: 'GET', path: '/**' }, deny: { method: 'GET', path: '/keys' } }] }],
    curl,
    '`rules[0]` is a mapping with `allow` and nothing else',
  ],
  ['a rule that is none', [{ ...readable, rules: ['GET /'] }], curl, '`rules[0]` is a mapping'],
  [
    'a path that is no text',
    [{ ...readable, rules: [{ allow: { method: 'GET', path: ['/a'] } }] }],
    curl,
    '`path` cannot be',
  ],
])(
  verifies('policy-tools.import', 'OpenShell: %s opens nothing, and is named'),
  (_what, endpoints, binaries, words) => {
    const source = JSON.stringify({ version: 1, network_policies: { a: { endpoints, binaries } } });
    const result = importPolicy('openshell', [{ name: 'theirs.json', source }], { anyProgram: true });
    if (result.kind === 'invalid') throw new Error(JSON.stringify(result.problems));
    expect(result.source).not.toContain('network_policies');
    expect(result.notes.map(({ sentence }) => sentence).join('\n')).toContain(words);
  },
);

test(
  verifies(
    'policy-tools.import',
    'OpenShell: what only notes there is said to refuse here, and a list of paths forbids all',
  ),
  () => {
    const audit = {
      ...readable,
      enforcement: 'audit',
      access: 'full',
      deny_rules: [{ method: 'GET', path: ['/a', '/b'] }],
    };
    const source = JSON.stringify({ version: 1, network_policies: { a: { endpoints: [audit], binaries: curl } } });
    const result = importPolicy('openshell', [{ name: 'theirs.json', source }]);
    if (result.kind === 'invalid') throw new Error(JSON.stringify(result.problems));
    expect(result.notes.map(({ sentence }) => sentence).join('\n')).toMatch(
      /`enforcement: audit` only noted.*forbids on every path/s,
    );
    expect(result.source).toContain('path: /**');
  },
);

test(verifies('policy-tools.import', 'every key that has no counterpart is named at its line'), () => {
  const srt = { network: { allowedDomains: [], deniedDomain: ['a.example.com'] }, filesystem: files, seccomp: {} };
  expect(kept('srt', srt).notes).toEqual([
    expect.stringMatching(/^left 4 `deniedDomain` .* Did you mean `deniedDomains`\?$/),
    expect.stringMatching(/^left 15 `seccomp` /),
  ]);
  const claude = {
    permissions: { denied: ['Bash'] },
    model: 'large',
    sandbox: { enabled: true, excludedCommands: ['docker'], filesystem: files },
  };
  const { notes } = kept('claude-code', claude);
  for (const key of ['denied', 'model', 'excludedCommands']) expect(notes.join('\n')).toContain(`\`${key}\``);
  const endpoint = { host: 'a.example.com', port: 443 };
  const binaries = [{ path: '/usr/bin/curl' }];
  const openshell = {
    version: 1,
    inference: {},
    network_policies: { a: { endpoints: [endpoint], binaries, priority: 1 } },
  };
  expect(kept('openshell', openshell).notes).toEqual([
    expect.stringMatching(/^left 3 `inference` /),
    expect.stringMatching(/^left 17 `priority` /),
  ]);
});

test.each([
  ['deny_rule', [{ method: '*', path: '/**' }]],
  ['deny_rules', { method: '*', path: '/**' }],
] as const)(
  verifies(
    'policy-tools.import',
    'an endpoint of OpenShell whose %s cannot be read is left out, and what it may have held back',
  ),
  (key, value) => {
    const rest = { port: 443, protocol: 'rest', access: 'full' };
    const endpoints = [
      { host: 'a.example.com', ...rest, [key]: value },
      { host: '*.example.com', ...rest },
      { host: 'b.example.org', ...rest },
    ];
    const { opens, notes } = kept('openshell', {
      version: 1,
      network_policies: { a: { endpoints, binaries: [{ path: '**' }] } },
    });
    expect(['a.example.com', 'b.example.com', 'b.example.org'].map(opens)).toEqual([false, false, true]);
    expect(notes[0]).toContain(`\`${key}\` is`);
  },
);

test.each([
  ['file.write', ['Write'], 'deny'],
  ['file.edit', ['MultiEdit'], 'deny'],
  ['file.search', ['Grep'], 'deny'],
  ['file.list', ['LS'], 'deny'],
  ['shell.exec', [' Bash '], 'deny'],
  ['shell.exec', ['Bash(rm *'], 'ask'],
  ['file.read', ['Write'], 'allow'],
] as const)(verifies('policy-tools.import', 'Claude Code: %s where %j is denied'), (name, deny, expected) => {
  const { tool } = kept('claude-code', { permissions: { allow: ['Bash', 'Edit'], deny } });
  expect(tool(name)).toBe(expected);
});

test(verifies('policy-tools.import', 'Claude Code: what only plans changes nothing unasked'), () => {
  const { tool, notes } = kept('claude-code', { permissions: { allow: ['Bash', 'Edit'], defaultMode: 'plan' } });
  expect(['shell.exec', 'file.write', 'file.read'].map(tool)).toEqual(['ask', 'ask', 'allow']);
  expect(notes).toEqual([expect.stringMatching(/^changed 7 It only plans there/)]);
});

test.each([
  ['*.bücher.example', 'x.xn--bcher-kva.example', 'x.xn--bcher-kva.example', 'y.xn--bcher-kva.example'],
  ['*.xn--bcher-kva.example', 'X.Bücher.example', 'x.xn--bcher-kva.example', 'y.xn--bcher-kva.example'],
  ['*.xn--bcher-kva.example', '*.x.bücher.example.', 'z.x.xn--bcher-kva.example', 'x.xn--bcher-kva.example'],
] as const)(
  verifies('policy-tools.import', 'sandbox-runtime: %s without %s, in whatever spelling'),
  (allowed, denied, closed, open) => {
    const { opens } = kept('srt', {
      network: { allowedDomains: [allowed], deniedDomains: [denied] },
      filesystem: files,
    });
    expect(opens(open)).toBe(true);
    const requests = kept('srt', { network: { allowedDomains: [closed], deniedDomains: [denied] }, filesystem: files });
    expect(requests.opens(closed)).toBe(false);
  },
);

test(verifies('policy-tools.import', 'sandbox-runtime: a denied domain that cannot be read denies all'), () => {
  const { opens } = kept('srt', {
    network: { allowedDomains: ['a.example.com'], deniedDomains: ['https://b.example.com'] },
    filesystem: files,
  });
  expect(opens('a.example.com')).toBe(false);
});
