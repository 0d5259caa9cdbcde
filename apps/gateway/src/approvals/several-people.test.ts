import { callRoute } from '@clawhold/channel';
import { type Approvers, apiRoutes, type RunId } from '@clawhold/spec';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { ApiHouse, type HttpAnswer } from '../api/testing/api-house.ts';
import { makeRooms, question, type Rooms, terms } from '../api/testing/rooms.ts';
import { createPersonStore } from '../people/person-store.ts';

vi.setConfig({ testTimeout: 120_000 });

const two: Approvers = { count: 2, excludeRequester: false };
const twoOthers: Approvers = { count: 2, excludeRequester: true };
const nobodyRecords = async (): Promise<void> => undefined;

interface Asked {
  readonly id: string;
  readonly digest: string;
  readonly action: ReturnType<typeof question>['action'];
}

/** Puts a question as a supervisor does, over its channel. */
async function ask(house: ApiHouse, approvers: Approvers, run?: RunId): Promise<Asked> {
  const { action, digest } = question({ id: run ?? (await house.newRun()) } as Parameters<typeof question>[0]); // only the id is asked for
  const asked = { action, digest, reasons: [...terms.reasons], approvers };
  const { id } = await callRoute(house.channels.supervisor, apiRoutes.requestApproval, asked);
  return { id, digest, action };
}

async function tokenOf(house: ApiHouse, name: string): Promise<string> {
  const { json } = await house.operator('POST', '/people', { name });
  return (json as { token: string }).token; // the answer of our own route
}

const answer = (house: ApiHouse, headers: Record<string, string>, { id, digest }: Asked, what = 'approve') =>
  house.send('POST', `/api/v1/approvals/${id}/${what}`, {
    headers,
    ...(what === 'approve' ? { body: { digest } } : {}),
  });

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** What a page sends that was signed in with a token. */
async function page(house: ApiHouse, token: string): Promise<Record<string, string>> {
  const made = await house.send('POST', '/api/v1/sign-in/codes', { headers: bearer(token) });
  const { code } = made.json as { code: string }; // our own route
  const signedIn = await house.send('POST', '/api/v1/sign-in', { body: { code }, headers: { origin: house.origin } });
  const { secret } = signedIn.json as { secret: string }; // our own route
  const [cookie = ''] = signedIn.headers['set-cookie'] ?? [];
  return { cookie: cookie.split(';')[0] ?? '', 'x-clawhold-session': secret, origin: house.origin };
}

const codeOf = ({ json }: HttpAnswer): unknown => (json as { code?: unknown }).code;
const consume = (house: ApiHouse, { id, digest }: Asked) =>
  callRoute(house.channels.supervisor, apiRoutes.consumeApproval, { approval: id as `apr_${string}`, digest });

test(verifies('approvals-service.several-people', 'the second of two different people makes it a yes'), async () => {
  const house = await ApiHouse.open();
  const [ada, bob] = [await tokenOf(house, 'ada'), await tokenOf(house, 'bob')];
  const asked = await ask(house, two);
  const first = await answer(house, bearer(ada), asked);
  expect(first.json).toMatchObject({ state: 'pending', agreed: ['ada'], yourYes: 'given', decidedBy: null });
  await expect(consume(house, asked)).rejects.toMatchObject({ code: 'state_approval_not_usable' });
  const second = await answer(house, bearer(bob), asked);
  expect(second.json).toMatchObject({ state: 'approved', agreed: ['ada', 'bob'], decidedBy: 'bob' });
  expect(await consume(house, asked)).toMatchObject({ action: asked.digest, approvers: two });
  const recorded = (await house.recorded()).filter(({ type }) => type.startsWith('approval.'));
  expect(recorded.map(({ type, actor, body }) => [type, actor, body['by']])).toEqual([
    ['approval.requested', 'supervisor', undefined],
    ['approval.agreed', 'person:ada', 'ada'],
    ['approval.granted', 'person:bob', 'bob'],
    ['approval.consumed', 'supervisor', undefined],
  ]);
});

test(
  verifies('approvals-service.several-people', 'one person is one, through a second token, a session, or at once'),
  async () => {
    const house = await ApiHouse.open();
    const ada = await tokenOf(house, 'ada');
    const asked = await ask(house, two);
    const many = await Promise.all(Array.from({ length: 12 }, () => answer(house, bearer(ada), asked)));
    expect(many.map(({ status }) => status).toSorted()).toEqual([200, ...Array.from({ length: 11 }, () => 409)]);
    expect(codeOf(await answer(house, await page(house, ada), asked))).toBe('state_already_agreed');
    // Removed and added again she has another token, and is still the same person, who has agreed to nothing.
    await house.operator('POST', '/people/ada/remove');
    expect((await house.operator('GET', `/approvals/${asked.id}`)).json).toMatchObject({ agreed: [] });
    const other = await tokenOf(house, 'ada');
    expect((await answer(house, bearer(other), asked)).json).toMatchObject({ state: 'pending', agreed: ['ada'] });
    expect(codeOf(await answer(house, bearer(other), asked))).toBe('state_already_agreed');
    expect(codeOf(await answer(house, bearer(ada), asked))).toBe('auth_required');
    await expect(consume(house, asked)).rejects.toMatchObject({ code: 'state_approval_not_usable' });
    expect(
      (await house.operator('POST', `/approvals/${asked.id}/approve`, { digest: asked.digest })).json,
    ).toMatchObject({
      state: 'approved',
    });
  },
);

test(
  verifies('approvals-service.not-the-requester', 'whoever started the run does not count, by token or by session'),
  async () => {
    const house = await ApiHouse.open();
    const ada = await tokenOf(house, 'ada');
    const asked = await ask(house, { count: 1, excludeRequester: true });
    for (const headers of [bearer(house.token), await page(house, house.token)])
      expect(codeOf(await answer(house, headers, asked))).toBe('state_requester_excluded');
    const { json } = await house.operator('GET', `/approvals/${asked.id}`);
    expect(json).toMatchObject({ state: 'pending', agreed: [], requester: 'operator', yourYes: 'excluded' });
    expect((await answer(house, bearer(ada), asked)).json).toMatchObject({ state: 'approved' });
    // Their no counts.
    const other = await ask(house, twoOthers);
    expect((await house.operator('POST', `/approvals/${other.id}/deny`)).json).toMatchObject({ state: 'denied' });
    expect(codeOf(await answer(house, bearer(ada), other))).toBe('state_approval_ended');
  },
);

test(
  verifies(
    'approvals-service.several-people',
    'a no, another digest, the end of the time: what was said before is nothing',
  ),
  async () => {
    const house = await ApiHouse.open();
    const [ada, bob] = [await tokenOf(house, 'ada'), await tokenOf(house, 'bob')];
    const denied = await ask(house, two);
    await answer(house, bearer(ada), denied);
    expect((await answer(house, bearer(bob), denied, 'deny')).json).toMatchObject({
      state: 'denied',
      decidedBy: 'bob',
    });
    expect(codeOf(await answer(house, bearer(house.token), denied))).toBe('state_approval_ended');

    const shown = await ask(house, two);
    await answer(house, bearer(ada), shown);
    expect(codeOf(await answer(house, bearer(bob), { ...shown, digest: denied.digest }))).toBe('state_digest_mismatch');

    const late = await ask(house, two);
    await answer(house, bearer(ada), late);
    await house.sql(`update approval set expires = now() - interval '1 millisecond' where id = $1`, [late.id]);
    expect(codeOf(await answer(house, bearer(bob), late))).toBe('state_approval_ended');
    await expect(consume(house, late)).rejects.toMatchObject({ code: 'state_approval_not_usable' });
  },
);

test(verifies('approvals-service.several-people', 'half an answer outlives the process that keeps it'), async () => {
  const house = await ApiHouse.open({ apart: true });
  const [ada, bob] = [await tokenOf(house, 'ada'), await tokenOf(house, 'bob')];
  const asked = await ask(house, two);
  await answer(house, bearer(ada), asked);
  await house.kill();
  await house.restart();
  expect(codeOf(await answer(house, bearer(ada), asked))).toBe('state_already_agreed');
  expect((await answer(house, bearer(bob), asked)).json).toMatchObject({ state: 'approved', agreed: ['ada', 'bob'] });
});

const everybody = ['operator', 'ada', 'bob', 'eve'] as const;

/** Lets people answer, and be removed, at the same time, group after group. */
async function race(rooms: Rooms, approvers: Approvers, groups: readonly (readonly string[])[]): Promise<void> {
  const { approvals, approvalStore, database, newRun, sql } = rooms;
  await sql('delete from approval_agreement');
  const people = createPersonStore(database);
  for (const name of everybody.slice(1)) await people.add(name, name, nobodyRecords).catch(nobodyRecords);
  const { action, digest } = question(await newRun());
  const { id } = await approvals.request(action, digest, { ...terms, approvers });
  const removed = new Set<string>();
  for (const group of groups)
    await Promise.all(
      group.map(async (attempt) => {
        const [what = '', name = ''] = attempt.split(' ');
        if (what === 'yes') await approvals.approve(id, digest, name).catch(nobodyRecords);
        else if (what === 'no') await approvals.deny(id, name).catch(nobodyRecords);
        else if (name !== 'operator') {
          await people.remove(name, nobodyRecords).catch(nobodyRecords);
          removed.add(name);
        }
      }),
    );
  const { state, agreed, requester } = await approvalStore.read(id);
  const rows = await sql('select type, actor from ledger_entry where body like $1 order by sequence', [`%${id}%`]);
  const said = rows.map(({ type, actor }) => `${type} ${actor}`);
  const granted = said.filter((one) => one.startsWith('approval.granted'));
  expect(new Set(agreed).size).toBe(agreed.length);
  expect(granted.length).toBe(state === 'approved' ? 1 : 0);
  expect(said.filter((one) => one.startsWith('approval.denied')).length).toBe(state === 'denied' ? 1 : 0);
  if (state === 'approved') expect(agreed.length).toBe(approvers.count);
  else expect(agreed.length).toBeLessThan(approvers.count);
  if (approvers.excludeRequester) expect(agreed).not.toContain(requester);
  if (state === 'pending') for (const name of removed) expect(agreed).not.toContain(name);
}

test(
  verifies('approvals-service.several-people', 'whoever answers, denies or is removed at the same time'),
  async () => {
    const rooms = await makeRooms();
    const attempt = fc
      .tuple(fc.constantFrom('yes', 'yes', 'yes', 'yes', 'no', 'remove'), fc.constantFrom(...everybody))
      .map((words) => words.join(' '));
    const groups = fc.array(fc.array(attempt, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 3 });
    const approvers = fc.record({ count: fc.constantFrom(1, 2, 3), excludeRequester: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(approvers, groups, (people, attempts) => race(rooms, people, attempts)),
      {
        numRuns: scale(60),
        examples: [
          [two, [['yes ada', 'yes ada', 'yes ada', 'yes bob', 'yes bob']]],
          [two, [['yes ada'], ['remove ada', 'yes bob', 'yes eve']]],
          [twoOthers, [['yes operator', 'yes ada', 'no bob']]],
        ],
      },
    );
  },
);
