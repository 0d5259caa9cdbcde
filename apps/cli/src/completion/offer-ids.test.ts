import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { processStart } from '@clawhold/spec/process-start';
import { builtPrograms, temporaryFolder, verifies } from '@clawhold/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createProgram } from '../program.ts';
import { askedWord } from './asked-word.ts';
import { offerIds } from './offer-ids.ts';
import { offers as everyOffer } from './offers.ts';

/** The home of a Clawhold whose gateway is this. */
async function homeOf(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const home = join(await temporaryFolder(), 'home');
  await mkdir(home);
  await writeFile(join(home, 'token'), 'secret');
  const startTime = processStart(await readFile('/proc/self/stat', 'utf8'));
  const manager = { pid: process.pid, startTime, url: `http://127.0.0.1:${port}`, tier: 'same-user' };
  await writeFile(join(home, 'manager.json'), JSON.stringify(manager));
  return home;
}

async function offered(
  home: string,
  line: readonly string[],
  patience = 10_000,
): Promise<readonly string[] | undefined> {
  const program = await createProgram();
  await offerIds(program, ['complete', '--', ...line], { home, patience });
  return askedWord(program, line)?.taker.argChoices;
}

const endpoint = 'http://tools.local/mcp/**';
const [old, fresh] = ['a'.repeat(64), 'b'.repeat(64)];
const pin = (tool: string, waiting: string | null = null) => ({ endpoint, tool, pinned: old, waiting });

/** What a gateway says of each room. */
const rooms: Readonly<Record<string, object>> = {
  runs: { runs: ['a', 'b'].map((name) => ({ id: `run_${name}`, session: 'ses_1' })) },
  approvals: { approvals: [{ id: 'apr_a' }] },
  'unknown-steps': { steps: ['a', 'b'].map((name) => ({ run: `run_${name}`, step: `stp_${name}` })) },
  proposals: { proposals: [{ id: 'prp_a' }], next: null },
  people: { people: [{ name: 'ada' }] },
  'policies/secret-files': { files: ['a', 'b'].map((name) => ({ folder: `/srv/${name}`, path: `${name}.txt` })) },
  credentials: { credentials: [{ name: 'code-host' }], standing: [] },
  agents: { agents: [{ name: 'default' }] },
  models: { models: [{ name: 'rehearsal/tour' }], default: 'rehearsal/tour' },
  'policies/pins': { pins: [pin('search', fresh), pin('pay'), pin('$(touch pwned)'), pin('`id`'), pin('a b')] },
};

const gateway: RequestListener = ({ url = '' }, response) => {
  const { pathname, searchParams } = new URL(url, 'http://gateway');
  const room = rooms[pathname.replace('/api/v1/', '')];
  const state = searchParams.get('state');
  response.writeHead(room === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(state === 'accepted' ? { proposals: [{ id: 'prp_granted' }], next: null } : room));
};

const lines: readonly (readonly [line: string, offered: readonly string[] | undefined])[] = [
  ['show ', ['run_a', 'run_b']],
  ['keep run_', ['run_a', 'run_b']],
  ['stop ', ['run_a', 'run_b']],
  ['approvals ', ['apr_a']],
  ['approve ', ['apr_a']],
  ['deny ', ['apr_a']],
  ['settle ', ['run_a', 'run_b']],
  ['settle run_b ', ['stp_b']],
  ['settle --note seen run_a ', ['stp_a']],
  ['settle --note ', undefined],
  ['run --agent ', ['default']],
  ['run --session ', ['ses_1']],
  ['run ', undefined],
  ['policy proposals show ', ['prp_a']],
  ['policy proposals accept ', ['prp_a']],
  ['policy proposals dismiss ', ['prp_a']],
  ['policy proposals revoke ', ['prp_granted']],
  ['policy proposals accept prp_a --run ', ['run_a', 'run_b']],
  ['policy pins show ', [endpoint]],
  [`policy pins show ${endpoint} `, ['search', 'pay']],
  [`policy pins forget ${endpoint} `, ['search', 'pay']],
  [`policy pins accept ${endpoint} search `, [fresh, old]],
  ['policy labels lower ', ['/srv/a', '/srv/b']],
  ['policy labels lower /srv/b ', ['b.txt']],
  ['people remove ', ['ada']],
  ['people add ', undefined],
  ['credentials rotate ', ['code-host']],
];

test.each(lines)('what there is is offered after "%s"', async (line, expected) => {
  expect(await offered(await homeOf(gateway), line.split(' '))).toEqual(expected);
});

test('every offer is for something that a command takes', async () => {
  const program = await createProgram();
  const taken = (names: readonly string[], command = program): readonly string[] => [
    ...[
      ...command.registeredArguments.map((one) => one.name()),
      ...command.options.map(({ long }) => long ?? ''),
    ].flatMap((name) => [name, `${names.join(' ')} ${name}`]),
    ...command.commands.flatMap((child) => taken([...names, child.name()], child)),
  ];
  expect(Object.keys(everyOffer).filter((key) => !taken([]).includes(key))).toEqual([]);
});

const run = promisify(execFile);

/** Prints what a shell offers after a line, each a line of its own. */
const drivers = {
  bash: (line: string) => `
    source /usr/share/bash-completion/bash_completion
    source <(clawhold complete bash)
    COMP_LINE='${line}' COMP_POINT=${line.length}
    COMP_WORDS=(${line
      .replaceAll(/[:=]+/g, ' $& ')
      .split(' ')
      .filter((word, at, all) => word !== '' || at === all.length - 1)
      .map((word) => `'${word}'`)
      .join(' ')})
    COMP_CWORD=$((${'$'}{#COMP_WORDS[@]} - 1))
    $(complete -p clawhold | sed 's/.*-F \\([^ ]*\\).*/\\1/') 2>/dev/null
    printf '%s\\n' "${'$'}{COMPREPLY[@]}"`,
  zsh: (line: string) => `
    compdef() { : }
    _describe() { print -rl -- "\${completions[@]}" }
    _arguments() { : }
    source <(clawhold complete zsh)
    words=(${line
      .split(' ')
      .map((word) => `'${word}'`)
      .join(' ')}) CURRENT=\${#words}
    _clawhold`,
  fish: (line: string) => `clawhold complete fish | source; complete -C '${line}'`,
} as const;
const needed = {
  bash: '/usr/share/bash-completion/bash_completion',
  zsh: '/usr/bin/zsh',
  fish: '/usr/bin/fish',
} as const;

describe.each(['bash', 'zsh', 'fish'] as const)('%s', (shell) => {
  // A stranger's machine need not have every shell; .ci/run installs them.
  test.skipIf(!existsSync(needed[shell]))(
    verifies('cli.completion', 'what there is is offered, and what a stranger named cannot do anything'),
    async () => {
      const home = await homeOf(gateway);
      const folder = await temporaryFolder();
      const command = join(folder, 'clawhold');
      await writeFile(
        command,
        `#!/bin/sh\nexec '${process.execPath}' '${join(await builtPrograms(), 'cli.js')}' "$@"\n`,
      );
      await chmod(command, 0o755);
      const env = { PATH: `${folder}:${process.env['PATH']}`, HOME: folder, CLAWHOLD_HOME: home };
      const offer = async (line: string): Promise<readonly string[]> => {
        const { stdout } = await run(shell, ['-c', drivers[shell](line)], { env, cwd: folder });
        return stdout.split('\n').flatMap((one) => one.replace(/[\t:]$/, '').replaceAll('\\:', ':') || []);
      };
      // Completion gives up soon, which a busy machine takes for nothing.
      const offers = (line: string, ...expected: readonly string[]) =>
        expect.poll(async () => (await offer(line)).toSorted(), { timeout: 60_000 }).toEqual(expected);
      await offers('clawhold settle run_b ', 'stp_b');
      await offers('clawhold show run', 'run_a', 'run_b');
      await offers('clawhold policy proposals revoke ', 'prp_granted');
      await offers(`clawhold policy pins show ${endpoint} `, 'pay', 'search');
      // Of bash, readline has taken what stands before the last colon for another word.
      await offers('clawhold policy pins show http:', shell === 'bash' ? endpoint.slice('http:'.length) : endpoint);
      expect(existsSync(join(folder, 'pwned'))).toBe(false);
    },
    300_000,
  );
});

test('nothing is offered, and nothing said, where nothing runs, it refuses, or it does not answer', async () => {
  expect(await offered(join(await temporaryFolder(), 'none'), ['show', ''])).toBeUndefined();
  expect(
    await offered(await homeOf((_, response) => void response.writeHead(500).end()), ['show', '']),
  ).toBeUndefined();
  expect(await offered(await homeOf(() => undefined), ['show', ''], 100)).toBeUndefined();
});
