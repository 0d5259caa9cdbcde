import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { processTree, temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Child, startChild } from './child.ts';
import { keepAlive } from './keep-alive.ts';

const own = { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };

/** A program that says that it is ready, then runs `rest`. */
async function specification(rest: string) {
  const program = `console.log(JSON.stringify({ kind: 'ready', detail: {} })); ${rest}`;
  const log = `${await temporaryFolder()}/log`;
  return {
    name: 'test',
    argv: [process.execPath, '-e', program],
    account: own,
    environment: {},
    document: Promise.resolve({}),
    log,
  };
}

async function dies(child: Child): Promise<void> {
  process.kill(child.pid, 'SIGKILL');
  await child.exited;
}

test(
  verifies('manager.started-again', 'a process that is killed is started again, and stop ends it for good'),
  async () => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    onTestFinished(() => void vi.restoreAllMocks());
    const what = await specification('setInterval(() => {}, 1_000)');
    let starts = 0;
    const service = await keepAlive(() => {
      starts++;
      return startChild(what);
    });
    const first = service.current();
    await dies(first);
    await expect.poll(() => service.current().pid, { timeout: 60_000 }).not.toBe(first.pid);
    const second = service.current();
    await service.stop();
    await second.exited;
    expect(() => process.kill(second.pid, 0)).toThrow(/ESRCH/);
    expect(starts).toBe(2);
  },
);

test(
  verifies('manager.hanging-ends', 'a process that stands still is ended with its own child and started again'),
  async () => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    onTestFinished(() => void vi.restoreAllMocks());
    const beats = `setInterval(() => console.log('{"kind":"alive"}'), 100)`;
    const below = `const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1_000)']); require('fs').writeFileSync(process.argv[1], String(child.pid)); ${beats}`;
    const file = `${await temporaryFolder()}/pid`;
    const { argv, ...what } = await specification(below);
    const service = await keepAlive(() => startChild({ ...what, argv: [...argv, file], pulseMilliseconds: 500 }));
    onTestFinished(async () => {
      await service.stop();
      endGroupOf(service.current()); // what hangs is ended with its children; what was asked to end leaves its own
    });
    await expect.poll(() => readFile(file, 'utf8').catch(() => ''), { timeout: 60_000 }).not.toBe('');
    const grandchild = Number(await readFile(file, 'utf8'));
    const first = service.current();
    process.kill(first.pid, 'SIGSTOP');
    await first.exited;
    await expect.poll(() => service.current().pid, { timeout: 60_000 }).not.toBe(first.pid);
    await expect.poll(() => isAlive(grandchild), { timeout: 60_000 }).toBe(false);
  },
);

test(verifies('manager.started-again', 'pauses grow from a tenth of a second to five'), async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  onTestFinished(() => void vi.restoreAllMocks());
  const pauses: number[] = [];
  const end = Promise.withResolvers<void>();
  const child: Child = { name: 'test', pid: 1, detail: {}, exited: end.promise, stop: async () => undefined };
  let starts = 0;
  const start = async (): Promise<Child> => {
    if (++starts > 1) throw new Error('it cannot start');
    return child;
  };
  const enough = Promise.withResolvers<void>();
  const service = await keepAlive(start, async (milliseconds, signal) => {
    if (pauses.push(milliseconds) === 8) enough.resolve();
    if (pauses.length >= 8) await once(signal, 'abort');
  });
  end.resolve();
  await enough.promise;
  expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  await service.stop();
});

test('a child that ends, hangs up or talks nonsense while it starts is one clear sentence', async () => {
  const what = await specification('');
  const start = (program: string) => startChild({ ...what, argv: [process.execPath, '-e', program] });
  await expect(start('process.exit(3)')).rejects.toMatchObject({ code: 'gateway_start_failed' });
  await expect(start('console.log("hello")')).rejects.toThrow(/said "hello"/);
  const refusal = JSON.stringify({ kind: 'failed', code: 'host_port_busy', message: 'Busy.', hint: 'Wait.' });
  await expect(start(`console.log(${JSON.stringify(refusal)})`)).rejects.toMatchObject({
    code: 'host_port_busy',
    hint: 'Wait.',
  });
  await expect(startChild({ ...what, argv: ['/no/such/program'] })).rejects.toMatchObject({
    code: 'gateway_start_failed',
  });
});

test('a child whose document never comes, or that nobody wants any more, is not left behind', async () => {
  const what = await specification('setInterval(() => {}, 1_000)');
  const program = 'setInterval(() => {}, 1_000)';
  const argv = [process.execPath, '-e', program, `${await temporaryFolder()}`];
  const refused = startChild({ ...what, argv, document: Promise.reject(new Error('no database')) });
  await expect(refused).rejects.toThrow('no database');
  const givingUp = new AbortController();
  const waiting = startChild({ ...what, argv, document: new Promise(() => undefined), signal: givingUp.signal });
  givingUp.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'gateway_start_failed' });
  const left = processTree(process.pid).filter(({ command }) => command.includes(argv.at(-1) ?? ''));
  expect(left).toEqual([]);
});

test(verifies('manager.children-end-with-it', 'a child sees on descriptor 3 that its manager is gone'), async () => {
  const child = new URL('./child.ts', import.meta.url).href;
  const waits = `console.log(JSON.stringify({kind:'ready',detail:{}}));const s=new (require('net').Socket)({fd:3});s.on('data',()=>{});s.on('close',()=>process.exit());s.on('end',()=>process.exit())`;
  const folder = await temporaryFolder();
  const program = `const { startChild } = await import(${JSON.stringify(child)});
    const started = await startChild({ name: 'x', argv: [process.execPath, '-e', ${JSON.stringify(waits)}], account: ${JSON.stringify(own)}, environment: {}, document: Promise.resolve({}), log: ${JSON.stringify(`${folder}/log`)} });
    console.log(started.pid); setInterval(() => {}, 1000);`;
  const manager = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = Number(
    await new Promise<string>((resolve) => manager.stdout.once('data', (text) => resolve(String(text)))),
  );
  expect(() => process.kill(pid, 0)).not.toThrow();
  manager.kill('SIGKILL');
  await expect.poll(() => isAlive(pid), { timeout: 60_000 }).toBe(false);
});

function endGroupOf({ pid }: Child): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // nobody is left in it
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
