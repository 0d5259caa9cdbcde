import { execFileSync } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { type SandboxDriverName, sandboxDrivers } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { describe, expect, test } from 'vitest';
import { callTables, type TabledCall, unfilteredCalls } from './call-tables.ts';
import { type ConformanceSubject, prepare, type Scene, scene } from './subject.ts';

const works = 0;
const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;
const last = 600;

const processor = process.arch === 'arm64' ? 'arm64' : 'x64';

function numbersOf(calls: readonly TabledCall[]): ReadonlySet<number | undefined> {
  return new Set(calls.map((call) => call[processor]));
}

const tables = {
  allowed: numbersOf(callTables.allowed),
  refused: numbersOf(callTables.refused),
  debugger: numbersOf(callTables.debugger),
  checked: numbersOf(callTables.checked),
};

/** What the filter answers to a call with zeros for arguments; `works` when it lets it through. */
function answerOf(number: number, isDebugged: boolean): number {
  if (isDebugged && tables.debugger.has(number)) return works;
  if (tables.refused.has(number)) return EPERM;
  const checked = callTables.checked.find((call) => call[processor] === number);
  // No address family at all is none of those that are allowed.
  if (checked?.name === 'socket' || checked?.name === 'socketpair') return EAFNOSUPPORT;
  return tables.allowed.has(number) || checked !== undefined ? works : ENOSYS;
}

/** Builds one of this folder's programs into the task folder of a scene. */
async function build({ request }: Pick<Scene, 'request'>, name: string): Promise<string> {
  const program = join(request.taskFolder, name);
  const source = join(import.meta.dirname, `${name}.c`);
  execFileSync('cc', ['-O2', '-Wall', '-Werror', '-static', '-o', program, source]);
  await chmod(program, 0o755);
  return program;
}

/** What `walk-calls.c` printed. */
function read(output: Uint8Array | Buffer): ReadonlyMap<number, number> {
  const lines = Buffer.from(output).toString().trim().split('\n');
  return new Map(lines.map((line) => line.split(' ').map(Number)).map(([number = -1, error = -1]) => [number, error]));
}

/** Each says 42 when it could do what it is for. */
const ordinaryPrograms: readonly (readonly [program: string, ...args: string[]])[] = [
  [
    'node',
    '-e',
    `const inside = 'process.getBuiltinModule("worker_threads").parentPort.postMessage(process.getBuiltinModule("child_process").execSync("echo 42") + "")';
     new (process.getBuiltinModule('worker_threads').Worker)(inside, { eval: true }).on('message', console.log);`,
  ],
  [
    'python3',
    '-c',
    `import asyncio, concurrent.futures, ssl, subprocess
print(concurrent.futures.ThreadPoolExecutor().submit(subprocess.check_output, ["echo", "42"]).result())`,
  ],
  ['perl', '-e', 'open P, "-|", "echo 42"; print <P>'],
  ['bash', '-c', 'exec 3< <(echo 42); cat <&3'],
  ['cc', '-x', 'c', '-', '-o', '/tmp/program'],
  ['sh', '-c', '! test -e /tmp/program && echo 42 || { /tmp/program; echo $?; }'],
  [
    'sh',
    '-c',
    'cd /tmp && git init -q r && cd r && git -c user.name=a -c user.email=a@b.c commit -q --allow-empty -m 42 && git gc -q && git log --format=%s',
  ],
  ['gdb', '-q', '-batch', '-nx', '-ex', 'print 6*7'],
  [
    '/usr/bin/chromium',
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--user-data-dir=/tmp/browser',
    '--dump-dom',
    'data:text/html,<p id=x></p><script>x.textContent=6*7</script>',
  ],
];

/** Every number that a system call could have, compared with the launcher's tables. */
export function testSystemCalls(subject: ConformanceSubject, engine: SandboxDriverName): void {
  describe('system calls', () => {
    for (const isDebugged of subject.tier === 'sandboxed' ? [false, true] : [false])
      test(verifies(
        'sandbox.system-calls',
        `each number up to ${last} is answered as the table says${isDebugged ? ', with the debugger profile' : ''}`,
      ), { timeout: 600_000 }, async () => {
        const made = await scene(subject, { systemCalls: isDebugged ? ['debugger'] : [] });
        const program = await build(made, 'walk-calls');
        const walk = async (...args: string[]): Promise<ReadonlyMap<number, number>> =>
          read((await made.sandbox.run({ arguments: ['./walk-calls', ...args] })).stdout);
        const answers = await walk('dry');
        const isFiltered = (number: number): boolean => !unfilteredCalls[processor].includes(number);
        const expected = Array.from({ length: last + 1 }, (_, number) => answerOf(number, isDebugged));
        // What is let through is not carried out in this walk, and says ENOSYS like what is unknown.
        const dry = expected.map((answer) => (answer === works ? ENOSYS : answer));
        expect([...answers].filter(([number]) => isFiltered(number))).toEqual(
          [...dry.entries()].filter(([number]) => isFiltered(number)),
        );
        // Once is enough: it takes seconds.
        if (isDebugged || subject.tier !== 'sandboxed') return;

        const carriedOut = await walk('real');
        for (const [number, error] of carriedOut) {
          if (expected[number] === ENOSYS && isFiltered(number))
            expect(`${number}: ${error}`).toBe(`${number}: ${ENOSYS}`);
          if (expected[number] !== works || error !== ENOSYS || tables.checked.has(number)) continue;
          // It may be younger than the kernel: this machine's can be asked, that of a virtual machine cannot.
          if (sandboxDrivers[engine].ownKernel) continue;
          expect(`${number}: ${read(execFileSync(program, ['real', String(number)])).get(number)}`).toBe(
            `${number}: ${ENOSYS}`,
          );
        }
      });

    test.runIf(subject.tier === 'sandboxed')(
      verifies(
        'sandbox.ordinary-programs',
        'runtimes, compilers, git and a browser do their work under the base filter',
      ),
      { timeout: 600_000 },
      async () => {
        const limits = { memoryBytes: 1024 ** 3, processes: 256, openFiles: 1_024, temporaryBytes: 256 * 1024 ** 2 };
        const { sandbox } = await scene(subject, { limits });
        for (const [program, ...args] of ordinaryPrograms) {
          const input = Buffer.from('int main(void) { return 42; }');
          const { end, stdout } = await sandbox.run({ arguments: [program, ...args], input });
          if (end.kind === 'not-run') continue; // it is not on this machine
          expect(`${program}: ${JSON.stringify(end)} ${Buffer.from(stdout)}`).toMatch(program === 'cc' ? /:0}/ : /42/);
        }
      },
    );

    test(verifies('sandbox.debugger', 'a profile lets programs be traced where a freezer can stop them'), async () => {
      const wishes = { systemCalls: ['debugger'] } as const;
      const request = await prepare(subject, wishes);
      const attempt = subject.driver().start(request);
      if (subject.tier === 'same-user') {
        await expect(attempt).rejects.toMatchObject({ code: 'sandbox_profile_refused' });
        return;
      }
      await using sandbox = await attempt;
      expect(sandbox.attestation.seccomp.profiles).toEqual(['debugger']);
      const trace = async (script: string): Promise<string> =>
        Buffer.from((await sandbox.run({ arguments: ['perl', '-e', script] })).stdout).toString();
      const [ptrace, seize, attach] = [processor === 'x64' ? 101 : 117, 0x4206, 16];
      const call = (kind: number, target: string) => `syscall(${ptrace}, ${kind}, ${target}, 0, 0) == 0 ? "yes" : "no"`;
      expect(await trace(`$c = fork // die; sleep 60 unless $c; print ${call(seize, '$c')}; kill 9, $c`)).toBe('yes');
      for (const kind of [seize, attach])
        expect(await trace(`print ${call(kind, '1')}, ${call(kind, String(process.pid))}`)).toBe('nono');
    });
  });
}
