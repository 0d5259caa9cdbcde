import { execFile } from 'node:child_process';
import { chmod, copyFile, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  cloneDatabase,
  compileProgram,
  copyPackage,
  programWorks,
  repositoryRoot,
  temporaryFolder,
  verifies,
} from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { makeRepository } from '../testing/repository.ts';
import { serve, startWorld, type World } from '../testing/world-scene.ts';

vi.setConfig({ testTimeout: 180_000 });

const execute = promisify(execFile);

const policy = `version: 1
name: worker
network_policies:
  all:
    endpoints:
      - { host: web.example.com, ports: [80, 443], rules: [{ allow: { method: GET, path: "/open/**" } }] }
      - { host: raw.example.com, port: 443, protocol: tcp }
      - { host: echo.example.com, port: 7000, protocol: tcp }
      - { host: db.example.com, port: 5432, protocol: tcp }
      - { host: code.example.com, ports: [2222, 9418], protocol: tcp }
      - { host: inside.example.com, port: 7000, protocol: tcp }
`;

/** A path of PostgreSQL's socket, for those that know none of a database. */
const noDatabase = '/nonexistent';

/** Puts a program into the task folder, where the sandbox finds it. */
async function give(world: World, program: string, name: string): Promise<void> {
  const path = join(world.scene.taskFolder, name);
  await copyFile(program, path);
  await chmod(path, 0o755);
}

const curl = (...words: string[]): string => `curl --noproxy '*' -sS --max-time 20 ${words.join(' ')}`;

/** What curl says of a connection that is reset: before it knew that it was made, or afterwards. */
const brokenOff = /reset|Couldn't connect|Could not connect/i;

test.skipIf(!programWorks('curl', '--version'))(
  verifies('egress.capture', 'curl without a proxy sees what it would see with one, and cannot say that it is another'),
  async () => {
    const world = await startWorld(policy, noDatabase);
    expect(await world.run(curl('http://web.example.com/open/a'))).toBe('plain GET /open/a');
    expect(await world.run(curl('http://web.example.com/closed'))).toContain('"error":"policy_denied"');
    expect(await world.run(curl('https://web.example.com/open/b'))).toBe('tls GET /open/b');
    expect(await world.run(curl('https://web.example.com/closed'))).toContain('"error":"policy_denied"');
    expect(await world.run(curl('https://raw.example.com/any'))).toBe('tls GET /any');
    const allowed = await world.reached();
    expect(allowed).toHaveLength(3);

    expect(await world.run(curl('https://closed.example.com/'))).toContain('Could not resolve host');
    expect(await world.run(curl('http://raw.example.com/'))).toMatch(brokenOff);
    expect(await world.run(curl('-H', 'Host:closed.example.com', 'http://web.example.com/open/a'))).toContain(
      'host_mismatch',
    );
    for (const host of ['raw.example.com', 'web.example.com']) {
      const other = curl(
        '-k',
        '--connect-to',
        `closed.example.com:443:${host}:443`,
        'https://closed.example.com/open/a',
      );
      expect(await world.run(other)).toMatch(/unrecognized name/i);
    }
    // The addresses that the names really have lead nowhere.
    expect(await world.run(curl('http://93.184.215.20/open/a'))).toMatch(brokenOff);
    expect(await world.reached()).toEqual(allowed);
  },
);

const askers = [
  ['curl', programWorks('curl', '--version'), (url: string) => `curl -sS --max-time 20 ${url}`],
  [
    'python3',
    programWorks('python3', '--version'),
    (url: string) => `python3 -c 'from urllib.request import urlopen; print(urlopen("${url}").read().decode())'`,
  ],
  ['node', true, (url: string) => `node -e 'fetch("${url}").then((a) => a.text()).then(console.log)'`],
] as const;

test(
  verifies('egress.own-loopback', 'programs of a sandbox reach its own servers without the proxy, as it tells them'),
  async () => {
    const world = await startWorld(policy, noDatabase);
    await writeFile(
      join(world.scene.taskFolder, 'serve.mjs'),
      `import { createServer } from 'node:http';
      createServer((request, answer) => answer.end('mine ' + request.url)).listen(8080, '127.0.0.1', () => console.log('ready'));`,
    );
    const asked = askers.filter(([, isThere]) => isThere);
    const urls = ['http://localhost:8080/a', 'http://127.0.0.1:8080/b'];
    const asks = asked.flatMap(([, , ask]) => urls.map((url) => `${ask(url)}; echo`));
    const all = `mkfifo /tmp/told; node serve.mjs >/tmp/told & read ready </tmp/told; ${asks.join('; ')}; kill $!`;
    const answers = (await world.run(all)).split('\n').filter((line) => line !== '');
    expect(answers).toEqual(asked.flatMap(() => ['mine /a', 'mine /b']));
    expect(await world.reached()).toEqual([]);
  },
);

const programs = [
  ['a static C program', true, () => compileProgram('apps/supervisor/src/testing/dial.c')],
  ['a Go program', programWorks('go', 'version'), () => build('dial.go', 'go', ['build', '-o'])],
  ['a Rust program', programWorks('rustc', '--version'), () => build('dial.rs', 'rustc', ['-O', '-o'])],
] as const;

async function build(source: string, compiler: string, words: readonly string[]): Promise<string> {
  const program = join(await temporaryFolder(), 'dial');
  const path = join(repositoryRoot, 'apps/supervisor/src/testing', source);
  await execute(compiler, [...words, program, path], { env: { ...process.env, CGO_ENABLED: '0' } });
  return program;
}

for (const [name, isThere, compile] of programs)
  test.skipIf(!isThere)(verifies('egress.capture', `${name} that knows no proxy reaches what it may`), async () => {
    const world = await startWorld(policy, noDatabase);
    await give(world, await compile(), 'dial');
    expect(await world.run('./dial echo.example.com 7000 hello')).toBe('echo hello');
    expect(await world.run('./dial echo.example.com 80 hello')).toMatch(/reset by peer/i);
    expect(await world.run('./dial closed.example.com 7000 hello')).toMatch(
      /no such (?:name|host)|failed to lookup|not known/i,
    );
    expect(await world.run('./dial 93.184.215.22 7000 hello')).toMatch(/reset/i);
    // Allowed by name, and its address is not public.
    expect(await world.run('./dial inside.example.com 7000 hello')).toMatch(/reset by peer/i);
    expect(await world.reached()).toEqual(['echo']);
  });

test(verifies('egress.capture', 'PostgreSQL clients work on a named server, and on no other'), async () => {
  await using database = await cloneDatabase();
  const { username, password, pathname, searchParams } = new URL(database.url);
  const world = await startWorld(policy, join(searchParams.get('host') ?? '', '.s.PGSQL.5432'));
  await copyPackage('pg', world.scene.taskFolder);
  const url = (host: string): string => `postgresql://${username}:${password}@${host}:5432${pathname}`;
  const query = (host: string): string =>
    `node -e 'const c = new (require("pg").Client)("${url(host)}"); c.connect().then(() => c.query("select 6 * 7 as n")).then((r) => console.log(r.rows[0].n), (e) => console.log(e.code)).then(() => c.end())'`;
  expect(await world.run(query('db.example.com'))).toBe('42');
  expect(await world.run(query('closed.example.com'))).toBe('ENOTFOUND');
  if (programWorks('psql', '--version'))
    expect(await world.run(`psql -At -c 'select 6 * 7' '${url('db.example.com')}'`)).toBe('42');
  expect(new Set(await world.reached())).toEqual(new Set(['postgres']));
});

test.skipIf(!programWorks('git', '--version'))(
  verifies('egress.capture', 'git fetches by its own protocol'),
  async () => {
    const world = await startWorld(policy, noDatabase);
    await makeRepository(join(world.folder, 'repositories/tool.git'));
    const base = join(world.folder, 'repositories');
    // Not `git daemon`, which would leave it behind as a child of its own.
    const daemon = `"$(git --exec-path)/git-daemon" --verbose --export-all --reuseaddr --base-path=${base} --listen=93.184.215.25 2>&1`;
    await serve(world.network, ['sh', '-c', `exec ${daemon}`]);
    const cloned = await world.run('git clone -q git://code.example.com/tool.git && cat tool/README');
    expect(cloned).toBe('from outside');
    expect(await world.run('git clone -q git://closed.example.com/tool.git other')).toMatch(
      /Could not resolve|unable to look up/i,
    );
  },
);

const sshd = '/usr/sbin/sshd';
test.skipIf(process.getuid?.() !== 0 || !programWorks('ssh', '-V') || !programWorks('test', '-x', sshd))(
  verifies('egress.capture', 'ssh, and git over it, where an SSH server is installed'),
  async () => {
    const world = await startWorld(policy, noDatabase);
    await makeRepository(join(world.folder, 'repositories/tool.git'));
    for (const name of ['host', 'user'])
      await execute('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(world.folder, name)]);
    const settings = [
      `HostKey=${join(world.folder, 'host')}`,
      `AuthorizedKeysFile=${join(world.folder, 'user.pub')}`,
      'PidFile=none',
      'UsePAM=no',
      'StrictModes=no',
    ];
    const words = settings.map((setting) => `-o ${setting}`).join(' ');
    await serve(world.network, [
      'sh',
      '-c',
      `mkdir -p /run/sshd; exec ${sshd} -D -e -f /dev/null -p 2222 ${words} 2>&1`,
    ]);
    await writeFile(join(world.scene.taskFolder, 'key'), await readFile(join(world.folder, 'user')), { mode: 0o600 });
    const ssh = 'ssh -q -p 2222 -i /task/key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null';
    const person = userInfo().username;
    expect(await world.run(`${ssh} ${person}@code.example.com echo reached`)).toBe('reached');
    const repository = `${person}@code.example.com:${join(world.folder, 'repositories/tool.git')}`;
    expect(await world.run(`GIT_SSH_COMMAND='${ssh}' git clone -q ${repository} && cat tool/README`)).toBe(
      'from outside',
    );
    expect(await world.run(`${ssh} -o ConnectTimeout=5 ${person}@echo.example.com true; echo $?`)).toBe('255');
  },
);
