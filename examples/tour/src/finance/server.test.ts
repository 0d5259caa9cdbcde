import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { temporaryFolder } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { startFinanceApi } from './server.ts';

interface Answer {
  readonly status: number;
  readonly body: string;
}

function send(socketPath: string, method: string, path: string, body?: unknown, key?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      socketPath,
      method,
      path,
      headers: key === undefined ? {} : { 'idempotency-key': key },
    });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      text(response).then((content) => resolve({ status: response.statusCode ?? 0, body: content }), reject);
    });
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const payment = { account: 'DE89370400440532013000', amount: '210.55', reference: 'R1' };
const posting = { period: '2026-03', total: '1234.56', invoices: 41 };

test('payments change the balance and are kept', async () => {
  const folder = await temporaryFolder();
  const [socketPath, stateFile] = [join(folder, 'finance.sock'), join(folder, 'finance.json')];
  {
    await using api = await startFinanceApi({ socketPath, stateFile });
    expect((await send(socketPath, 'POST', '/payments', payment)).status).toBe(201);
    expect(api.state.payments).toEqual([{ id: 'pay_1', ...payment }]);
    expect(JSON.parse((await send(socketPath, 'GET', '/accounts')).body).accounts[0].balance).toBe('84000.00');
  }
  expect(JSON.parse(await readFile(stateFile, 'utf8')).payments).toHaveLength(1);
  await using again = await startFinanceApi({ socketPath, stateFile });
  expect(again.state.payments).toHaveLength(1);
});

test('a posting is made once for one key, and can be withdrawn', async () => {
  const socketPath = join(await temporaryFolder(), 'finance.sock');
  await using api = await startFinanceApi({ socketPath });
  const answers = await Promise.all([1, 2, 3].map(() => send(socketPath, 'POST', '/postings', posting, 'k')));
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
  expect(api.state.postings).toEqual([{ id: 'post_1', ...posting }]);
  expect((await send(socketPath, 'DELETE', '/postings/post_1')).status).toBe(204);
  expect((await send(socketPath, 'DELETE', '/postings/post_1')).status).toBe(404);
  expect(api.state.postings).toEqual([]);
});

test.each([
  ['/payments', { ...payment, account: 'DE00370400440532013000' }, 400],
  ['/payments', { ...payment, amount: '1e9' }, 400],
  ['/payments', { ...payment, amount: -5 }, 400],
  ['/postings', { ...posting, period: 'March' }, 400],
  ['/postings', [], 400],
  ['/postings', 'x'.repeat(100_000), 413],
  ['/elsewhere', {}, 404],
])('POST %s with nonsense changes nothing', async (path, body, status) => {
  const socketPath = join(await temporaryFolder(), 'finance.sock');
  await using api = await startFinanceApi({ socketPath });
  expect((await send(socketPath, 'POST', path, body)).status).toBe(status);
  expect([api.state.payments, api.state.postings]).toEqual([[], []]);
});

test('it listens on loopback when it is given a port', async () => {
  await using api = await startFinanceApi({ port: 0 });
  const answer = await fetch(`http://127.0.0.1:${api.port}/accounts`);
  expect(answer.status).toBe(200);
});
