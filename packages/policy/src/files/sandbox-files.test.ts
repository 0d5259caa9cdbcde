import { ordinaryFiles } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { document, policy } from '../testing/samples.ts';
import { type Access, type AccessList, accessAt, accessList, meet } from './access-list.ts';
import { diffFiles } from './diff-files.ts';
import { explainPath } from './explain-path.ts';
import { fileFindings } from './file-findings.ts';
import type { CompiledFiles } from './sandbox-files.ts';

function files(agent: string, ceiling = '', team?: string): CompiledFiles {
  const section = (text: string): string => (text === '' ? '' : `filesystem_policy: ${text}`);
  return policy(section(agent), section(ceiling), team === undefined ? undefined : section(team)).snapshot.files;
}

const vain = ({ notOffered }: CompiledFiles): readonly string[] =>
  notOffered.map(({ path, access, rule, by }) => `${rule.layer} ${rule.path} ${path} ${access} (${by})`);

test('without the section a sandbox sees what it always does, and that is strict', () => {
  expect(files('').sandbox).toEqual(ordinaryFiles);
  expect(files('').notOffered).toEqual([]);
});

test(
  verifies('policy.files-ceiling', 'without a section the ceiling offers the system and nothing else of the machine'),
  () => {
    const found = files('{ include_workdir: true, read_only: [/usr, /etc, /srv/data], read_write: [/tmp, /srv/x] }');
    expect(vain(found)).toEqual([
      'agent filesystem_policy.read_only[2] /srv/data read (ceiling)',
      'agent filesystem_policy.read_write[1] /srv/x write (ceiling)',
    ]);
    expect(found.sandbox.task).toBe('write');
    expect(found.sandbox.scratch).toEqual(['/tmp']);
    expect(found.sandbox.paths).toContainEqual({ path: '/usr', access: 'read' });
    expect(found.sandbox.paths.every(({ path, access }) => access === 'read' && !path.startsWith('/srv'))).toBe(true);
  },
);

test(
  verifies('policy.files-ceiling', 'an agent picks from what the ceiling and its team offer, and gets no more'),
  () => {
    const ceiling = '{ include_workdir: true, read_only: [/usr, /srv/data], read_write: [/tmp, /srv/shared] }';
    const found = files('{ read_only: [/srv/data/eu, /srv/shared/a, /srv/other], read_write: [/srv/data] }', ceiling);
    expect(found.sandbox).toEqual({
      view: 'listed',
      task: 'hidden',
      scratch: [],
      // Of what was asked to be written, what the ceiling offers for reading.
      paths: [
        { path: '/srv/data', access: 'read' },
        { path: '/srv/shared/a', access: 'read' },
      ],
      strict: true,
    });
    expect(vain(found)).toEqual([
      'agent filesystem_policy.read_only[2] /srv/other read (ceiling)',
      'agent filesystem_policy.read_write[0] /srv/data write (ceiling)',
    ]);
    const team = files('{ include_workdir: true, read_only: [/srv/data] }', ceiling, '{ read_only: [/srv/data/eu] }');
    expect(team.sandbox.paths).toEqual([{ path: '/srv/data/eu', access: 'read' }]);
    expect(vain(team)).toEqual([
      'agent filesystem_policy.include_workdir /task write (team)',
      'agent filesystem_policy.read_only[0] /srv/data read (team)',
    ]);
  },
);

test(
  verifies('policy.files-ceiling', 'an agent that picks nothing gets of the default what the ceiling offers'),
  () => {
    const { sandbox, notOffered } = files('', '{ include_workdir: true, read_only: [/usr, /srv/data] }');
    expect(sandbox).toMatchObject({ task: 'write', scratch: [], paths: [{ path: '/usr', access: 'read' }] });
    expect(notOffered).toEqual([]);
  },
);

test(
  verifies('policy.files-strict', 'best_effort counts only where the ceiling says it too and nobody below says no'),
  () => {
    const strict = (agent: string, ceiling = '', team?: string): boolean => {
      const landlock = (word: string): string => (word === '' ? '' : `landlock: { compatibility: ${word} }`);
      const compiled = policy(landlock(agent), landlock(ceiling), team === undefined ? undefined : landlock(team));
      return compiled.snapshot.files.sandbox.strict;
    };
    expect(strict('')).toBe(true);
    expect(strict('best_effort')).toBe(true);
    expect(strict('best_effort', 'hard_requirement')).toBe(true);
    expect(strict('', 'best_effort')).toBe(true);
    expect(strict('hard_requirement', 'best_effort')).toBe(true);
    expect(strict('best_effort', 'best_effort', 'hard_requirement')).toBe(true);
    expect(strict('best_effort', 'best_effort')).toBe(false);
  },
);

test(verifies('policy.files-paths', 'one path is one path, however it is written'), () => {
  const ways = ['/srv/data', '/srv//data', '/srv/./data/', '///srv/data///', '/srv/data/.'];
  for (const way of ways)
    expect(files(`{ read_only: ["${way}"] }`, '{ read_only: [/srv/data] }').sandbox.paths).toEqual([
      { path: '/srv/data', access: 'read' },
    ]);
  expect(files('{ read_only: [/lib, /bin, /usr] }').sandbox.paths).toEqual([{ path: '/usr', access: 'read' }]);
  expect(files('{ read_write: [/var/tmp/, /dev/shm] }').sandbox.scratch).toEqual(['/tmp', '/dev/shm']);
  expect(files('{ read_only: [/task/] }').sandbox.task).toBe('read');
  expect(files('{ include_workdir: true, read_only: [/task] }').sandbox.task).toBe('read');
  expect(files('{ read_only: [/proc, /dev, /dev/null, /etc/passwd, /opt/node/bin] }').sandbox.paths).toEqual([]);
});

test.each([
  '/',
  '///',
  '/./',
  '/proc/1/root',
  '/proc/self/environ',
  '/sys',
  '/sys/fs/cgroup',
  '/dev/sda',
  '/dev/mem',
  '/run',
  '/run/docker.sock',
  '/var/run/docker.sock',
  '/var//run/./docker.sock',
  '/run/user/1000/bus',
  '/boot/vmlinuz',
  '/etc/shadow',
  '/etc/shadow-',
  '/etc/ssh/ssh_host_ed25519_key',
  '/etc/sudoers.d/x',
  '/etc/ssl/private',
  '/home',
  '/root/',
  '/var',
  '/var/lib',
  '/opt',
  '/tmp/x',
  '/var/tmp/x',
  '/task/.git',
  '/srv/*',
  '/srv/**/.env',
  '/srv/a?',
])(verifies('policy.files-paths', 'no list holds %s, of a ceiling neither'), (path) => {
  for (const key of ['read_only', 'read_write']) {
    const [finding, ...others] = fileFindings(document(`filesystem_policy: { ${key}: ["${path}"] }`) ?? {});
    expect(finding).toMatchObject({ path: ['filesystem_policy', key, 0] });
    expect(finding?.message).toMatch(/^(?:No sandbox sees ".*"\. [A-Z`/].*\.|".*" is taken as it stands.*)$/);
    expect(others).toEqual([]);
  }
});

test.each(['/usr', '/bin', '/lib/x', '/usr/local/bin', '/etc', '/etc/gitconfig'])(
  verifies('policy.files-paths', '%s is for reading: rules know programs by their paths'),
  (path) => {
    expect(fileFindings(document(`filesystem_policy: { read_write: ["${path}"] }`))).toMatchObject([
      { path: ['filesystem_policy', 'read_write', 0], message: expect.stringContaining('is for reading') },
    ]);
    expect(fileFindings(document(`filesystem_policy: { read_only: ["${path}"] }`))).toEqual([]);
  },
);

test.each([
  ['relative/path', 'write an absolute path'],
  ['~/.ssh', 'write an absolute path'],
  ['/srv/../etc', 'write an absolute path'],
  ['/srv/a\\nb', 'control characters'],
  ['/srv/a\\0b', 'control characters'],
  ['/srv/\\u2028', 'control characters'],
])(verifies('policy.files-paths', 'the schema refuses %j'), (path, words) => {
  expect(() => document(`filesystem_policy: { read_only: ["${path}"] }`)).toThrow(words);
});

test(verifies('policy.files-process', 'no sandbox runs as root or as an account of the machine'), () => {
  for (const name of ['root', '0', 'mia', '4294967295', '-1', '00'])
    expect(() => document(`process: { run_as_user: "${name}" }`)).toThrow('write `sandbox`');
  expect(document('process: { run_as_user: sandbox, run_as_group: "1000" }').process).toBeDefined();
});

test(verifies('policy.files-explained', 'a difference is listed by path, and says that it needs a new sandbox'), () => {
  const ceiling = '{ include_workdir: true, read_only: [/usr, /srv/data], read_write: [/tmp, /srv/shared] }';
  const before = files('{ include_workdir: true, read_only: [/usr, /srv/shared] }', ceiling);
  const after = files('{ read_only: [/usr, /srv/data], read_write: [/srv/shared] }', ceiling);
  expect(diffFiles(before, after)).toEqual({
    changes: [
      { direction: 'opens', path: '/srv/data', before: 'hidden', after: 'read' },
      { direction: 'opens', path: '/srv/shared', before: 'read', after: 'write' },
      { direction: 'closes', path: '/task', before: 'write', after: 'hidden' },
    ],
    needsNewSandbox: true,
  });
  expect(diffFiles(before, before)).toEqual({ changes: [], needsNewSandbox: false });
});

test.each([
  ['/srv/data/x.csv', 'read', /may read .*needs a new sandbox/],
  ['/srv/shared', 'write', /may read and write/],
  ['/task/a/b', 'write', /may read and write/],
  ['/etc/shadow', 'hidden', /^No sandbox sees \/etc\/shadow\./],
  ['/proc', 'read', /the sandbox's own/],
  [
    '/srv/more',
    'hidden',
    /agent: filesystem_policy\.read_only\[1\] names \/srv\/more, and the ceiling does not offer it for reading\. No sandbox starts/,
  ],
  ['/srv', 'hidden', /does not see \/srv/],
] as const)(verifies('policy.files-explained', '%s is explained as %s'), (path, access, words) => {
  const { snapshot } = policy(
    'filesystem_policy: { include_workdir: true, read_only: [/srv/data, /srv/more], read_write: [/srv/shared] }',
    'filesystem_policy: { include_workdir: true, read_only: [/srv/data], read_write: [/srv/shared] }',
  );
  const explained = explainPath(path, snapshot);
  expect(explained.access).toBe(access);
  expect(explained.sentence).toMatch(words);
});

const levels: readonly Access[] = ['hidden', 'read', 'write'];
const anyPath = fc
  .array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 4 })
  .map((names) => `/${names.join('/')}`);
const anyList = fc
  .array(fc.record({ path: anyPath, access: fc.constantFrom('read' as const, 'write' as const) }), { maxLength: 6 })
  .map(accessList);

/** Walks from the root to the path, taking what each entry on the way says. */
function slowly(list: AccessList, path: string): Access {
  let access: Access = 'hidden';
  let at = '';
  for (const name of path.split('/').slice(1)) {
    at += `/${name}`;
    access = list.find((entry) => entry.path === at)?.access ?? access;
  }
  return access;
}

test(verifies('policy.files-ceiling', 'two lists together let do at every path what both let do'), () => {
  fc.assert(
    fc.property(anyList, anyList, anyPath, (one, other, path) => {
      const [a, b] = [slowly(one, path), slowly(other, path)];
      const least = levels.indexOf(a) < levels.indexOf(b) ? a : b;
      expect(accessAt(one, path)).toBe(a);
      expect(slowly(meet(one, other), path)).toBe(least);
    }),
    { numRuns: 2_000 },
  );
});
