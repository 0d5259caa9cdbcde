import { setTimeout as sleep } from 'node:timers/promises';
import { callRoute } from '@clawhold/channel';
import { apiRoutes, ledgerEvent, type Question } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { ApiHouse } from '../api/testing/api-house.ts';
import { createLongDesk } from './long-desk.ts';

// Every question starts threads, a proof the solver too.
vi.setConfig({ testTimeout: 60_000 });

const open = (host: string, rest: string): string =>
  `version: 1\nnetwork_policies: { a: { endpoints: [{ host: ${host}, port: 443, ${rest} }] } }\n`;

function decided(method: string, run: string): ReturnType<typeof ledgerEvent> {
  const question: Question = {
    kind: 'egress',
    caller: { agent: 'default', run: `run_${run}` },
    host: 'api.example.com',
    port: 443,
    scheme: 'https',
    operation: { method, path: '/a', query: '', parameters: [] },
    data: { integrity: 'local', confidentiality: 'internal', readers: null, sources: [] },
  };
  const decision = { kind: 'deny' as const, reasons: [], rules: [], obligations: [], policy: 'a'.repeat(64) };
  return ledgerEvent('decision.made', { question, decision, step: null }, { actor: 'supervisor' });
}

test(verifies('gateway.policy-questions', 'the ledger is replayed against a draft'), async () => {
  const house = await ApiHouse.open();
  const events = Array.from({ length: 2_100 }, (_, at) =>
    decided(at % 3 === 0 ? 'GET' : 'PUT', `${at}`.padStart(10, '0')),
  );
  for (let at = 0; at < events.length; at += 300)
    await callRoute(house.channels.supervisor, apiRoutes.appendEvents, { events: events.slice(at, at + 300) });
  const simulate = async (source: string, more: object = {}): Promise<unknown> => {
    const { status, json } = await house.operator('POST', '/policies/simulate', { source, ...more });
    return [status, json];
  };
  expect(await simulate(open('api.example.com', 'access: read-only'))).toMatchObject([
    200,
    {
      decisions: 2_100,
      leftOut: 0,
      unreadable: 0,
      changes: [
        { direction: 'opens', before: 'refused', after: 'allowed', count: 700, example: 'GET api.example.com:443/a' },
      ],
    },
  ]);
  expect(await simulate(open('api.example.com', 'access: read-only'), { agent: 'nobody' })).toMatchObject([
    200,
    { decisions: 0, agents: [], changes: [] },
  ]);
  expect(await simulate('version: 2\n')).toMatchObject([422, { code: 'policy_invalid' }]);
});

test(verifies('gateway.policy-questions', 'claims about a draft are proved, or broken by a request'), async () => {
  const house = await ApiHouse.open();
  const { status, json } = await house.operator('POST', '/policies/prove', {
    source: open('api.example.com', 'access: read-write'),
    claims: [
      { kind: 'link_local' },
      { kind: 'growth', before: open('api.example.com', 'access: read-only') },
      { kind: 'label_reach', confidentiality: 'secret', host: 'other.example.com' },
    ],
  });
  expect([status, json]).toMatchObject([
    200,
    {
      answers: [
        { claim: expect.stringContaining('link-local'), proof: { kind: 'proved' } },
        { proof: { kind: 'counterexample', question: { host: 'api.example.com' } } },
        { proof: { kind: 'proved' } },
      ],
    },
  ]);
  const wrong = await house.operator('POST', '/policies/prove', { source: 'version: 1\n', claims: [{ kind: 'all' }] });
  expect([wrong.status, wrong.json]).toMatchObject([400, { code: 'input_malformed' }]);
});

test(
  verifies('gateway.policy-questions', 'a ledger that takes too long is given up, and so is one nobody waits for'),
  async () => {
    let pages = 0;
    async function* decisions(): AsyncGenerator<Uint8Array> {
      for (;;) {
        pages++;
        await sleep(5);
        yield Buffer.from(`${' '.repeat(2 ** 20)}\n`);
      }
    }
    const draft = { name: 'draft.yaml', source: 'version: 1\n' };
    const never = new AbortController().signal;
    await expect(createLongDesk({ decisions }, 3).simulate(draft, undefined, never)).rejects.toMatchObject({
      code: 'policy_too_complex',
    });
    const gone = new AbortController();
    const given = createLongDesk({ decisions }).simulate(draft, undefined, gone.signal);
    const before = pages;
    await vi.waitFor(() => expect(pages).toBeGreaterThan(before + 2), 30_000);
    gone.abort();
    await expect(given).rejects.toThrow('abort');
    const after = pages;
    await sleep(100);
    expect(pages).toBe(after);
  },
);
