import { type EgressQuestion, noUsage, type ToolQuestion } from '@clawhold/spec';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { decide, draftPolicy, type ImportFormat, importPolicy, type Snapshot } from '../index.ts';
import { connection, request, toolCall } from '../testing/samples.ts';
import { srtConnects } from './testing/srt-naively.ts';

// Properties over whole documents take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

function imported(
  format: ImportFormat,
  ...settings: readonly object[]
): { readonly source: string; readonly snapshot: Snapshot } {
  const sources = settings.map((one, at) => ({ name: `settings-${at}.json`, source: JSON.stringify(one, null, 1) }));
  const result = importPolicy(format, sources);
  if (result.kind === 'invalid') throw new Error(JSON.stringify(result.problems));
  const draft = draftPolicy({ name: 'ours.yaml', source: result.source });
  if (draft.kind === 'invalid') throw new Error(`${JSON.stringify(draft.problems)}\n${result.source}`);
  return { source: result.source, snapshot: draft.snapshot };
}

/** Whether bytes may pass at all: unread, or in some request that is read. */
function opens(snapshot: Snapshot, host: string, port: number): boolean {
  const dial = decide(connection(host, port), snapshot, noUsage, 0);
  if (dial.kind !== 'allow') return false;
  if (!dial.obligations.some(({ kind }) => kind === 'inspect')) return true;
  return ['GET', 'HEAD', 'POST', 'OPTIONS'].some((method) =>
    ['/', '/a/b'].some((path) => decide(request(method, host, path, { port }), snapshot, noUsage, 0).kind === 'allow'),
  );
}

function tool(snapshot: Snapshot, name: string, effect: ToolQuestion['effect']): string {
  return decide({ ...toolCall, tool: name, effect }, snapshot, noUsage, 0).kind;
}

const files = { denyRead: [], allowWrite: ['.'], denyWrite: [] };
const srt = (allowedDomains: readonly string[], deniedDomains: readonly string[] = [], filesystem: object = files) => ({
  network: { allowedDomains, deniedDomains },
  filesystem,
});

test.each([
  ['T13 a star is any depth', srt(['*.example.com']), 'a.b.example.com', 443, true],
  ['T13 and not the bare name', srt(['*.example.com']), 'example.com', 443, false],
  ['T14 no port is the usual ones', srt(['a.example.com']), 'a.example.com', 22, false],
  [
    'T12 a denied host below an allowed wildcard',
    srt(['*.example.com'], ['evil.example.com']),
    'evil.example.com',
    443,
    false,
  ],
  ['T12 and its neighbours stay open', srt(['*.example.com'], ['evil.example.com']), 'good.example.com', 443, true],
  [
    'T12 a denied wildcard over an allowed host',
    srt(['a.example.com'], ['*.example.com']),
    'a.example.com',
    443,
    false,
  ],
  ['T12 everything denied', srt(['a.example.com'], ['*']), 'a.example.com', 443, false],
  ['T12 a denied top-level domain', srt(['a.example.com'], ['*.com']), 'a.example.com', 443, false],
  ['T12 one port denied', srt(['a.example.com:22', 'a.example.com:443'], ['*:22']), 'a.example.com', 22, false],
  ['this machine is no host', srt(['localhost', '127.0.0.1', '[::1]']), '127.0.0.1', 443, false],
] as const)(verifies('policy-tools.import', 'sandbox-runtime: %s'), (_name, settings, host, port, open) => {
  expect(opens(imported('srt', settings).snapshot, host, port)).toBe(open);
});

test(
  verifies(
    'policy-tools.import',
    'sandbox-runtime: file rules that cannot be kept make tools ask, and nothing weakens',
  ),
  () => {
    const settings = { ...srt([], [], { ...files, denyRead: ['.env'] }), enableWeakerNestedSandbox: true };
    const { snapshot, source } = imported('srt', settings);
    expect(tool(snapshot, 'file.read', 'read')).toBe('ask');
    expect(tool(snapshot, 'shell.exec', 'reversible')).toBe('ask');
    expect(source).toMatch(/settings-0\.json:\d+: `filesystem\.denyRead`/);
    expect(source).toContain('`enableWeakerNestedSandbox` weakens');
    expect(tool(imported('srt', srt([])).snapshot, 'file.read', 'read')).toBe('allow');
    expect(tool(imported('srt', srt([], [], { ...files, allowWrite: [] })).snapshot, 'file.write', 'reversible')).toBe(
      'ask',
    );
  },
);

const names = fc.constantFrom(
  'a.x.com',
  'b.x.com',
  '*.x.com',
  '*.y.x.com',
  'a.y.x.com',
  'x.com',
  '*.a.x.com',
  'A.x.com',
);
const domain = fc.tuple(names, fc.constantFrom('', '', ':443', ':80', ':22')).map((parts) => parts.join(''));
const denied = fc.oneof({ weight: 6, arbitrary: domain }, fc.constantFrom('*', '*:22', '*.com', '*:443'));

test(
  verifies('policy-tools.import', 'whatever imported settings of sandbox-runtime open, sandbox-runtime opens'),
  () => {
    let opened = 0;
    fc.assert(
      fc.property(
        fc.array(domain, { maxLength: 4 }),
        fc.array(denied, { maxLength: 3 }),
        (allowedDomains, deniedDomains) => {
          const { snapshot, source } = imported('srt', srt(allowedDomains, deniedDomains));
          for (const host of ['a.x.com', 'b.x.com', 'x.com', 'a.y.x.com', 'c.y.x.com', 'y.x.com', 'q.a.x.com'])
            for (const port of [443, 80, 22, 8443]) {
              if (!opens(snapshot, host, port)) continue;
              opened++;
              if (!srtConnects({ allowedDomains, deniedDomains }, host, port))
                throw new Error(`${host}:${port}\n${source}`);
            }
        },
      ),
      { numRuns: scale(150) },
    );
    expect(opened).toBeGreaterThan(150);
  },
);

const claude = (permissions: object, more: object = {}) => ({ permissions, ...more });
const fetches = (snapshot: Snapshot, host: string): EgressQuestion['kind'] | boolean =>
  decide(request('GET', host, '/'), snapshot, noUsage, 0).kind === 'allow' &&
  tool(snapshot, 'http.fetch', 'read') === 'allow';

test.each([
  ['commands ask unless all are allowed', claude({ allow: ['Bash(npm run *)'] }), 'shell.exec', 'ask'],
  ['all are allowed', claude({ allow: ['Bash'] }), 'shell.exec', 'allow'],
  ['Bash(*) is Bash', claude({ allow: ['Bash(*)'] }), 'shell.exec', 'allow'],
  ['one that asks makes all ask', claude({ allow: ['Bash'], ask: ['Bash(git push *)'] }), 'shell.exec', 'ask'],
  ['one that is denied makes all ask', claude({ allow: ['Bash'], deny: ['Bash(rm *)'] }), 'shell.exec', 'ask'],
  ['a bare deny', claude({ allow: ['Bash'], deny: ['Bash'] }), 'shell.exec', 'deny'],
  [
    'T15 a file that must not be read holds commands back too',
    claude({ allow: ['Bash'], deny: ['Read(./.env)'] }),
    'shell.exec',
    'ask',
  ],
  ['T15 and reading', claude({ deny: ['Read(src/**)'] }), 'file.read', 'ask'],
  ['reading needs no rule', claude({ allow: [] }), 'file.read', 'allow'],
  ['changing asks', claude({ allow: ['Edit(src/**)'] }), 'file.edit', 'ask'],
  ['Write(…) is never consulted', claude({ allow: ['Write(**)'] }), 'file.write', 'ask'],
  ['a mode opens nothing', claude({ defaultMode: 'bypassPermissions' }), 'shell.exec', 'ask'],
  ['a star in allow is skipped', claude({ allow: ['*'] }), 'shell.exec', 'ask'],
  ['a star in deny is not', claude({ deny: ['*'] }), 'file.read', 'deny'],
  [
    'every use, however it is written, is denied',
    claude({ allow: ['Bash'], deny: ['Bash(**)'] }),
    'shell.exec',
    'deny',
  ],
  ['and so with its prefix form', claude({ allow: ['Bash'], deny: ['Bash(*:*)'] }), 'shell.exec', 'deny'],
  ['where nobody is asked, what would ask is refused', claude({ defaultMode: 'dontAsk' }), 'shell.exec', 'deny'],
  ['fetching too', claude({ defaultMode: 'dontAsk' }), 'http.fetch', 'deny'],
  ['and what is allowed stays', claude({ allow: ['Bash'], defaultMode: 'dontAsk' }), 'shell.exec', 'allow'],
] as const)(verifies('policy-tools.import', 'Claude Code: %s'), (_name, settings, name, expected) => {
  expect(tool(imported('claude-code', settings).snapshot, name, 'reversible')).toBe(expected);
});

test(verifies('policy-tools.import', 'Claude Code: hosts to fetch from, with rules of all scopes together'), () => {
  const project = claude({
    allow: ['WebFetch(domain:*.example.com)', 'WebFetch(domain:example.*)', 'WebFetch(domain:docs.example.org)'],
  });
  const user = claude({ deny: ['WebFetch(domain:evil.example.com)'], ask: ['WebFetch(domain:docs.example.org)'] });
  const { snapshot, source } = imported('claude-code', project, user);
  expect(fetches(snapshot, 'a.b.example.com')).toBe(true);
  expect(fetches(snapshot, 'evil.example.com')).toBe(false);
  expect(fetches(snapshot, 'docs.example.org')).toBe(false);
  expect(fetches(snapshot, 'example.net')).toBe(false);
  expect(decide(request('POST', 'a.b.example.com', '/'), snapshot, noUsage, 0).kind).toBe('deny');
  expect(source).toContain('settings-0.json:5: Left out: "example.*"');
});

test(verifies('policy-tools.import', 'Claude Code: domains of the sandbox are for commands, and fetching asks'), () => {
  const sandbox = { enabled: true, network: { allowedDomains: ['a.example.com'] }, filesystem: files };
  const { snapshot } = imported('claude-code', claude({ allow: ['Bash'] }, { sandbox }));
  expect(opens(snapshot, 'a.example.com', 443)).toBe(true);
  expect(tool(snapshot, 'http.fetch', 'read')).toBe('ask');
  const off = imported('claude-code', claude({ allow: ['Bash'] }, { sandbox: { ...sandbox, enabled: false } }));
  expect(opens(off.snapshot, 'a.example.com', 443)).toBe(false);
});

const pattern = fc.constantFrom('a.x.com', '*.x.com', 'b.x.com', '*.y.x.com', 'x.*', '*', 'y.x.com');
const rule = pattern.map((host) => `WebFetch(domain:${host})`);

/** Deny, then ask, then allow; how specific a rule is never matters. */
function claudeFetches(lists: Readonly<Record<'allow' | 'ask' | 'deny', readonly string[]>>, host: string): boolean {
  const fits = (text: string): boolean => {
    const name = text.slice('WebFetch(domain:'.length, -1);
    if (name === '*') return true;
    if (name.startsWith('*.')) return host.endsWith(name.slice(1));
    return new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '[^.]*')}$`).test(host);
  };
  return lists.allow.some(fits) && !lists.ask.some(fits) && !lists.deny.some(fits);
}

test(
  verifies(
    'policy-tools.import',
    'whatever imported permissions of Claude Code fetch from, Claude Code fetches from unasked',
  ),
  () => {
    let fetched = 0;
    const few = fc.array(rule, { maxLength: 2 });
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 3 }), few, few, (allow, ask, deny) => {
        const { snapshot, source } = imported('claude-code', claude({ allow, ask, deny }));
        for (const host of ['a.x.com', 'b.x.com', 'y.x.com', 'a.y.x.com', 'x.com', 'x.org', 'q.a.x.com']) {
          if (!fetches(snapshot, host)) continue;
          fetched++;
          if (!claudeFetches({ allow, ask, deny }, host)) throw new Error(`${host}\n${source}`);
        }
      }),
      { numRuns: scale(150) },
    );
    expect(fetched).toBeGreaterThan(20);
  },
);

test(verifies('policy-tools.import', 'nothing that a source says begins a line of its own in the result'), () => {
  const evil = 'Bash(x\nnetwork_policies: {}\u2028\u0085y)';
  const { source } = imported('claude-code', claude({ allow: [evil], deny: [evil] }));
  expect(source).toContain('Bash(x network_policies');
  expect(source).not.toMatch(/^network_policies/m);
});
