import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { clawhold } from '../testing/clawhold.ts';

// Every command is a process of its own.
vi.setConfig({ testTimeout: 60_000 });

const document = `version: 1
network_policies:
  api:
    endpoints:
      - host: api.example.com
        port: 443
        rules:
          - allow: { method: GET, path: "/a/**" }
          - ask: { method: POST, path: /b }
`;
const tests = `tests:
  - { name: reads, request: { method: GET, url: "https://api.example.com/a/1" }, expect: allow }
  - { name: writes, request: { method: POST, url: "https://api.example.com/b" }, expect: ask }
`;

/** Files in a folder of their own; answers with where each lies. */
async function files(texts: Readonly<Record<string, string>>): Promise<(name: string) => string> {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(texts)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return (name) => join(folder, name);
}

function parsed(stdout: string): unknown {
  return JSON.parse(stdout);
}

test(verifies('policy-tools.test', 'a test that is kept passes, with the coverage of the rules'), async () => {
  const at = await files({ 'a.yaml': document, 'a.policy-test.yaml': tests });
  const { status, stdout } = await clawhold('policy', 'test', at('a.policy-test.yaml'), '--all-rules', '--json');
  expect(parsed(stdout)).toMatchObject({
    passed: true,
    files: [{ policy: at('a.yaml'), covered: { length: 2 }, uncovered: [] }],
  });
  expect(status).toBe(0);
});

test(verifies('policy-tools.test', 'one that is not kept says what was expected, what was, and why'), async () => {
  const wrong = tests.replace('expect: ask', 'expect: allow');
  const at = await files({ 'a.yaml': document, 'a.policy-test.yaml': wrong });
  const { status, stdout } = await clawhold('policy', 'test', at('a.policy-test.yaml'));
  expect(status).toBe(1);
  expect(stdout).toMatch(/failed .*1 of 2 cases as expected; 2 of 2 rules decided one/);
  expect(stdout).toMatch(/writes: expected allow, was ask/);
});

test(verifies('policy-tools.test', 'a rule that decided no case fails where all rules are wanted'), async () => {
  const half = tests.split('\n').slice(0, 2).join('\n');
  const at = await files({ 'a.yaml': document, 'b.policy-test.yaml': half });
  const words = ['policy', 'test', at('b.policy-test.yaml'), '--policy', at('a.yaml')];
  expect((await clawhold(...words)).status).toBe(0);
  const { status, stdout } = await clawhold(...words, '--all-rules');
  expect(status).toBe(1);
  expect(stdout).toContain('network_policies.api.endpoints[0].rules[1]');
});

test(
  verifies('policy-tools.test', 'what a document extends counts in the answers and not in the coverage'),
  async () => {
    const at = await files({
      'a.yaml': `${document}extends: [preset:pypi, team/base]\n`,
      'library/team/base.yaml': document.replaceAll('api', 'base'),
      'a.policy-test.yaml': `${tests}  - { name: base, request: { method: GET, url: "https://base.example.com/a/1" }, expect: allow }
  - { name: pypi, request: { method: GET, url: "https://pypi.org/simple/a/" }, expect: allow }
`,
    });
    const words = ['policy', 'test', at('a.policy-test.yaml'), '--all-rules', '--library', at('library'), '--json'];
    const { status, stdout } = await clawhold(...words);
    expect(parsed(stdout)).toMatchObject({ passed: true, files: [{ covered: { length: 2 }, uncovered: [] }] });
    expect(status).toBe(0);
  },
);

test(
  verifies('policy-tools.test', 'a test file with a typo is refused with its line and the key that was meant'),
  async () => {
    const at = await files({ 'a.yaml': document, 'a.policy-test.yaml': tests.replace('expect: ask', 'expcet: ask') });
    const { status, stderr } = await clawhold('policy', 'test', at('a.policy-test.yaml'));
    expect(status).toBe(1);
    expect(stderr).toMatch(/a\.policy-test\.yaml, line 3.*expcet.*expect/);
  },
);

test(verifies('policy.presets-shipped', 'the presets are listed, and one is shown as it can be read'), async () => {
  const { stdout } = await clawhold('policy', 'presets', '--json');
  expect(parsed(stdout)).toContainEqual({
    name: 'pypi',
    reference: 'preset:pypi',
    description: expect.stringContaining('Python'),
    loads: true,
    missing: '',
  });
  const shown = await clawhold('policy', 'presets', 'pypi');
  expect(shown.stdout).toMatch(/^# Service: PyPI\n.*version: 1\nname: pypi\n/s);
  const at = await files({ 'pypi.yaml': shown.stdout });
  expect((await clawhold('policy', 'check', at('pypi.yaml'))).status).toBe(0);
  expect((await clawhold('policy', 'presets', 'pypy')).stderr).toContain('no preset "pypy"');
});

test(verifies('policy.typo-names-line', 'of a document and its ceiling the one that is wrong is named'), async () => {
  const at = await files({ 'a.yaml': 'version: 1\n', 'ceiling.yaml': 'version: 1\nflws: []\n' });
  const { stderr } = await clawhold(
    'policy',
    'explain',
    at('a.yaml'),
    'https://a.example.com/',
    '--ceiling',
    at('ceiling.yaml'),
  );
  expect(stderr).toContain(`${at('ceiling.yaml')}, line 2: \`flws\``);
  expect(stderr).toContain(`policy check ${at('ceiling.yaml')}`);
});

test(
  verifies(
    'policy-tools.import',
    'what was written for another product is a document that checks, with what was left out',
  ),
  async () => {
    const at = await files({
      'their.yaml': `version: 1
network_policies:
  api:
    endpoints:
      - { host: api.example.com, port: 443, protocol: rest, access: read-only }
      - { host: "**", port: 443 }
    binaries: [{ path: /usr/bin/curl }]
`,
    });
    const { status, stdout, stderr } = await clawhold('policy', 'import', 'openshell', at('their.yaml'));
    expect(status).toBe(0);
    expect(stderr).toMatch(/their\.yaml:6: left out: .*every host/);
    const ours = await files({ 'ours.yaml': stdout });
    expect((await clawhold('policy', 'check', ours('ours.yaml'))).status).toBe(0);
    const wrong = await clawhold('policy', 'import', 'srt', at('their.yaml'), '--json');
    expect([wrong.status, parsed(wrong.stdout)]).toMatchObject([1, { error: { code: 'input_import' } }]);
    expect((await clawhold('policy', 'import', 'cedar', at('their.yaml'))).stderr).toContain('claude-code');
  },
);

test(
  verifies(
    'policy-tools.check',
    'a rule that decides nothing is named with file, line and cure, and fails where that is wanted',
  ),
  async () => {
    const at = await files({
      'a.yaml': document.replace('rules:', 'deny_rules: [{ method: "*", path: "/a/**" }]\n        rules:'),
    });
    const { status, stdout } = await clawhold('policy', 'check', at('a.yaml'));
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /a\.yaml:9:\d+: warning: This rule never allows anything: deny_rules\[0\].* Take one of the two out\./,
    );
    const strict = await clawhold('policy', 'check', at('a.yaml'), '--strict', '--json');
    expect(strict.status).toBe(1);
    expect(parsed(strict.stdout)).toMatchObject({
      valid: true,
      findings: [{ kind: 'contradicting', line: 9, fix: expect.any(String) }],
    });
  },
);

test(
  verifies('policy.presets-shipped', 'what a document extends is checked with it, each at its own line'),
  async () => {
    const at = await files({
      'a.yaml': 'version: 1\nextends: [preset:pypi, preset:pypy]\n',
      'b.yaml': 'version: 1\nextends: [team/base]\n',
      'library/team/base.yaml': 'version: 1\ntols: []\n',
    });
    expect((await clawhold('policy', 'check', at('a.yaml'))).stdout).toMatch(/a\.yaml:2:.*did you mean `preset:pypi`/);
    const base = await clawhold('policy', 'check', at('b.yaml'), '--library', at('library'));
    expect([base.status, base.stdout]).toEqual([1, expect.stringMatching(/team\/base:2:1: .*tols/)]);
  },
);

test(
  verifies('policy-tools.prove', 'where a credential goes and where labelled data goes can be asked about'),
  async () => {
    const at = await files({
      'a.yaml': `version: 1
network_policies:
  api: { endpoints: [{ host: api.example.com, port: 443, access: full, credential_binding: { provider: github } }] }
  log: { endpoints: [{ host: log.example.com, port: 443, access: full, request: { forbid: [secret] } }] }
`,
    });
    const prove = async (...words: readonly string[]): Promise<unknown> => {
      const { status, stdout } = await clawhold('policy', 'prove', at('a.yaml'), ...words, '--json');
      const [, , answer] = parsed(stdout) as readonly { readonly proof: { readonly kind: string } }[]; // printed by us
      return [status, answer?.proof.kind];
    };
    expect(await prove('--credential', 'github=api.example.com')).toEqual([0, 'proved']);
    expect(await prove('--credential', 'github=log.example.com')).toEqual([1, 'counterexample']);
    expect(await prove('--label', 'secret=log.example.com')).toEqual([0, 'proved']);
    expect(await prove('--label', 'internal=log.example.com')).toEqual([1, 'counterexample']);
    const wrong = await clawhold('policy', 'prove', at('a.yaml'), '--label', 'hidden=log.example.com');
    expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining('labels are')]);
  },
);

test(verifies('policy-tools.prove', 'what passes now is told with the message that it is'), async () => {
  const tools = (name: string): string =>
    `version: 1\nnetwork_policies: { t: { endpoints: [{ host: a.example.com, port: 443, protocol: mcp, tools: [{ name: "${name}", allow: true }] }] } }\n`;
  const at = await files({ 'before.yaml': tools('search'), 'after.yaml': tools('{search,write}') });
  const { status, stdout } = await clawhold('policy', 'prove', at('after.yaml'), '--before', at('before.yaml'));
  expect([status, stdout]).toEqual([1, expect.stringMatching(/This passes: \S+ a\.example\.com:443\/ \(.*write.*\)/)]);
});

/** An export of a ledger with these decisions, as far as these commands look at it. */
function recorded(...decisions: readonly (readonly [method: string, path: string, kind: 'allow' | 'deny'])[]): string {
  const label = { integrity: 'local', confidentiality: 'internal', readers: null, sources: [] };
  const lines = decisions.map(([method, path, kind]) => ({
    type: 'decision.made',
    body: {
      step: null,
      question: {
        kind: 'egress',
        caller: { agent: 'a' },
        host: 'api.example.com',
        port: 443,
        scheme: 'https',
        operation: { method, path, query: '', parameters: [] },
        data: label,
      },
      decision: {
        kind,
        reasons: kind === 'deny' ? [{ code: 'no_rule', text: 'No rule allows this.' }] : [],
        rules: [],
        obligations: [],
        policy: '',
      },
    },
  }));
  return ['{"type":"other"}', ...lines.map((line) => JSON.stringify(line)), ''].join('\n');
}

test(
  verifies('policy-tools.proposals', 'what was denied is listed as rules, and one is written into the document'),
  async () => {
    const at = await files({
      'a.yaml': `# ours\n${document}`,
      'ledger.jsonl': recorded(['DELETE', '/c', 'deny'], ['DELETE', '/c', 'deny'], ['GET', '/a/1', 'allow']),
    });
    const words = ['policy', 'proposals', 'from', at('a.yaml'), '--export', at('ledger.jsonl')];
    const { proposals } = parsed((await clawhold(...words, '--json')).stdout) as {
      proposals: readonly { id: string }[];
    }; // printed by us
    expect(proposals).toMatchObject([
      { count: 2, tried: ['DELETE api.example.com:443/c'], changes: [{ direction: 'opens', after: 'asks' }] },
    ]);
    expect((await clawhold(...words)).stdout).toMatch(/2 × DELETE api\.example\.com:443\/c\n.*\n.*opens.*asks/);
    const { stdout } = await clawhold(...words, '--apply', proposals[0]?.id ?? '');
    expect(stdout).toContain('# ours');
    const after = await files({ 'a.yaml': stdout });
    const explained = await clawhold(
      'policy',
      'explain',
      after('a.yaml'),
      'https://api.example.com/c',
      '--method',
      'DELETE',
      '--json',
    );
    expect(parsed(explained.stdout)).toMatchObject({ decision: { kind: 'ask' } });
    expect((await clawhold(...words, '--apply', 'none')).stderr).toContain('no proposal none');
    expect((await clawhold(...words, '--agent', 'b')).stdout).toContain('Nothing that was denied');
  },
);

test(
  verifies('policy-tools.simulate', 'a file that is no export is no ledger in which nothing would change'),
  async () => {
    const at = await files({ 'a.yaml': 'version: 1\n', 'other.txt': 'hello\n' });
    const said = async (file: string): Promise<unknown> => {
      const { status, stdout } = await clawhold('policy', 'simulate', at('a.yaml'), '--export', file, '--json');
      return [status, parsed(stdout)];
    };
    expect(await said(at('other.txt'))).toMatchObject([1, { error: { code: 'input_file' } }]);
    expect(await said(at('missing'))).toMatchObject([1, { error: { code: 'input_file_unreadable' } }]);
    expect(await said(at('.'))).toMatchObject([
      1,
      { error: { code: 'input_file_unreadable', hint: expect.stringContaining('It is a folder.') } },
    ]);
  },
);

test(verifies('policy-tools.simulate', 'an export is replayed against a draft'), async () => {
  const at = await files({
    'a.yaml': document,
    'ledger.jsonl': recorded(['GET', '/a/1', 'allow'], ['GET', '/z', 'allow'], ['GET', '/z', 'allow']),
  });
  const { stdout } = await clawhold('policy', 'simulate', at('a.yaml'), '--export', at('ledger.jsonl'), '--json');
  expect(parsed(stdout)).toMatchObject({
    decisions: 3,
    changes: [{ direction: 'closes', count: 2, example: 'GET api.example.com:443/z' }],
  });
});

test('explain and diff say what they found', async () => {
  const at = await files({ 'a.yaml': document, 'b.yaml': document.replace('/a/**', '/**') });
  const explained = await clawhold('policy', 'explain', at('a.yaml'), 'https://api.example.com/z');
  expect([explained.status, explained.stdout]).toEqual([0, expect.stringContaining('was refused: No rule allows')]);
  const diff = await clawhold('policy', 'diff', at('a.yaml'), at('b.yaml'), '--json');
  expect(parsed(diff.stdout)).toMatchObject({
    changes: expect.arrayContaining([
      expect.objectContaining({ direction: 'opens', before: 'refused', after: 'allowed' }),
    ]),
    limits: [],
  });
});

test(
  verifies(
    'policy.files-explained',
    'check, explain and diff speak about paths, and say that a change needs a new sandbox',
  ),
  async () => {
    const listing = (paths: string) =>
      `version: 1\nfilesystem_policy: { include_workdir: true, read_only: [${paths}] }\n`;
    const at = await files({
      'ceiling.yaml': listing('/usr, /srv/data'),
      'a.yaml': listing('/usr'),
      'b.yaml': listing('/usr, /srv/data/eu'),
    });
    const check = await clawhold('policy', 'check', at('a.yaml'));
    expect([check.status, check.stdout]).toEqual([0, expect.stringContaining('a change needs a new sandbox')]);
    const ceiling = ['--ceiling', at('ceiling.yaml')];
    const shown = await clawhold('policy', 'explain', at('b.yaml'), '/srv/data/eu/x.csv', ...ceiling);
    expect([shown.status, shown.stdout]).toEqual([0, expect.stringContaining('may read /srv/data/eu/x.csv')]);
    const hidden = await clawhold('policy', 'explain', at('b.yaml'), '/etc/../etc/shadow', ...ceiling);
    expect(hidden.stdout).toContain('No sandbox sees /etc/shadow.');
    const diff = await clawhold('policy', 'diff', at('a.yaml'), at('b.yaml'), ...ceiling);
    expect(diff.stdout).toMatch(/opens\s+\/srv\/data\/eu: hidden → read/);
    expect(diff.stdout).toContain('needs a new sandbox');
  },
);
