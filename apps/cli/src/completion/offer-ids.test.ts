import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { processStart } from '@clawhold/spec/process-start';
import { temporaryFolder } from '@clawhold/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createProgram } from '../program.ts';
import { offerIds } from './offer-ids.ts';

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
  return program.commands.find((command) => command.name() === line[0])?.registeredArguments[0]?.argChoices;
}

test('runs are offered where a run is wanted, and questions where one is', async () => {
  const home = await homeOf((request, response) => {
    const isRuns = request.url?.startsWith('/api/v1/runs');
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isRuns ? { runs: [{ id: 'run_a' }] } : { approvals: [{ id: 'approval_b' }] }));
  });
  expect(await offered(home, ['show', ''])).toEqual(['run_a']);
  expect(await offered(home, ['keep', 'run_'])).toEqual(['run_a']);
  expect(await offered(home, ['approve', ''])).toEqual(['approval_b']);
  expect(await offered(home, ['run', ''])).toBeUndefined();
});

test('nothing is offered, and nothing said, where nothing runs, it refuses, or it does not answer', async () => {
  expect(await offered(join(await temporaryFolder(), 'none'), ['show', ''])).toBeUndefined();
  expect(
    await offered(await homeOf((_, response) => void response.writeHead(500).end()), ['show', '']),
  ).toBeUndefined();
  expect(await offered(await homeOf(() => undefined), ['show', ''], 100)).toBeUndefined();
});
