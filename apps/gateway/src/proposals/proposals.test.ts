import { callRoute } from '@clawhold/channel';
import { apiRoutes, limits, type Proposal, type ProposalState, proposalStates } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { openProposalHouse, refused, request } from './testing/proposal-house.ts';

const only = (found: readonly Proposal[]): Proposal => {
  const [first, ...others] = found;
  if (first === undefined || others.length > 0) throw new Error(`${found.length} proposals`);
  return first;
};

test(
  verifies('gateway.proposals', 'denials become one proposal, which grows, names its runs and outlives the api'),
  async () => {
    const { house, run, deny, open } = await openProposalHouse();
    await deny(['GET', '/a'], ['GET', '/a'], ['POST', '/b']);
    const first = only(await open());
    expect(first).toMatchObject({
      kind: 'denied',
      state: 'open',
      agent: 'default',
      count: 3,
      runs: [run],
      policy: {
        endpoints: [
          {
            host: 'api.example.com',
            rules: [{ allow: { method: 'GET', path: '/a' } }, { ask: { method: 'POST', path: '/b' } }],
          },
        ],
      },
      why: null,
      grant: null,
    });
    expect(first.opens.map(({ after }) => after).toSorted()).toEqual([
      'allowed',
      'allowed, request by request',
      'asks',
    ]);
    await house.kill();
    await house.restart();
    expect(only(await open())).toMatchObject({ id: first.id, digest: first.digest, opens: first.opens });
    await deny(['GET', '/c']);
    const grown = only(await open());
    expect(grown).toMatchObject({ id: first.id, count: 4 });
    expect(grown.digest).not.toBe(first.digest);
    const made = (await house.recorded()).filter(({ type }) => type === 'proposal.made');
    expect(made.map(({ body }) => body['digest'])).toEqual([first.digest, grown.digest]);
  },
);

test(
  verifies(
    'gateway.proposals',
    'what is accepted is exactly what was shown, bounded, recorded, and with the supervisor at once',
  ),
  async () => {
    const { house, deny, open, post, granted } = await openProposalHouse();
    await deny(['GET', '/a']);
    const { id, digest, policy } = only(await open());
    expect((await post(`${id}/accept`, { digest: '0'.repeat(64) })).json).toMatchObject({
      code: 'state_digest_mismatch',
    });
    for (const beyond of [
      { seconds: limits.grantSeconds + 1 },
      { uses: limits.grantUses + 1 },
      { uses: 0 },
      { seconds: 0 },
    ])
      expect((await post(`${id}/accept`, { digest, ...beyond })).json).toMatchObject({ code: 'input_malformed' });
    expect(granted().rules).toEqual([]);
    const answers = await Promise.all([1, 2, 3].map(() => post(`${id}/accept`, { digest, seconds: 3_600, uses: 5 })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    expect(granted().rules).toMatchObject([{ id, agent: 'default', run: null, policy, uses: 5 }]);
    expect(await open()).toEqual([]);
    const accepted = (await house.recorded()).filter(({ type }) => type === 'proposal.accepted');
    expect(accepted).toMatchObject([
      { actor: 'person:operator', body: { proposal: id, digest, policy, uses: 5, proof: null } },
    ]);
    // Whoever registers anew gets what is granted.
    const { supervisor } = house.channels;
    const { grants } = await callRoute(supervisor, apiRoutes.registerSupervisor, {
      name: 'local',
      tier: 'same-user',
      attestationKey: '',
    });
    expect(grants.rules.map((rule) => rule.id)).toEqual([id]);
    expect(grants.revision).toBeGreaterThan(granted().revision);

    expect((await post(`${id}/dismiss`)).json).toMatchObject({ code: 'state_proposal_ended' });
    expect((await post(`${id}/revoke`)).json).toMatchObject({ state: 'revoked' });
    expect(granted().rules).toEqual([]);
    expect((await house.recorded()).at(-1)).toMatchObject({ type: 'proposal.revoked', actor: 'person:operator' });
  },
);

test(
  verifies('gateway.grants-taken-back', 'a supervisor that does not take a revocation loses its lease'),
  async () => {
    const { house, deny, open, post } = await openProposalHouse();
    await deny(['GET', '/a']);
    const { id, digest } = only(await open());
    const { supervisor } = house.channels;
    const { epoch } = await callRoute(supervisor, apiRoutes.registerSupervisor, {
      name: 'local',
      tier: 'same-user',
      attestationKey: '',
    });
    await post(`${id}/accept`, { digest });
    house.supervisor = {
      publishGrants: () => {
        throw new Error('it does not listen');
      },
    };
    expect((await post(`${id}/revoke`)).json).toMatchObject({ state: 'revoked' });
    await expect(callRoute(supervisor, apiRoutes.renewLease, { epoch })).rejects.toMatchObject({
      code: 'state_lease_lost',
    });
  },
);

test(verifies('gateway.proposals', 'a no is heard for two weeks, whatever else is tried there'), async () => {
  const { deny, open, post, house } = await openProposalHouse();
  await deny(['GET', '/a']);
  const { id } = only(await open());
  expect((await post(`${id}/dismiss`)).json).toMatchObject({ state: 'dismissed', decidedBy: 'operator' });
  await deny(['GET', '/a'], ['GET', '/b']);
  expect(await open()).toEqual([]);
  await house.sql(`update proposal set decided = decided - interval '15 days'`);
  await deny(['GET', '/b']);
  expect(only(await open()).tried).toHaveLength(2);
});

test(verifies('gateway.proposals', 'what nobody answers, and what was granted for long enough, is over'), async () => {
  const { deny, open, post, house, granted } = await openProposalHouse();
  await deny(['GET', '/a']);
  const { id, digest } = only(await open());
  await post(`${id}/accept`, { digest });
  await house.sql(`update proposal set grant_expires = now()`);
  expect((await house.operator('GET', `/proposals/${id}`)).json).toMatchObject({ state: 'expired' });
  await expect.poll(async () => (await house.recorded()).at(-1)?.type, { timeout: 60_000 }).toBe('proposal.expired');
  await expect.poll(() => granted().rules, { timeout: 60_000 }).toEqual([]);
  await deny(['GET', '/z']);
  const { id: unanswered } = only(await open());
  await house.sql(`update proposal set expires = now() where id = $1`, [unanswered]);
  expect((await post(`${unanswered}/accept`, { digest })).json).toMatchObject({ code: 'state_proposal_ended' });
});

test(
  verifies(
    'gateway.learned-proposals',
    'what learning let through is proposed as patterns, and never granted by itself',
  ),
  async () => {
    const { run, record, open, granted } = await openProposalHouse();
    const learned = { ...refused, kind: 'allow', obligations: [{ kind: 'propose' }] } as const;
    for (const path of ['/repos/1', '/repos/2', '/repos/3'])
      await record(request('GET', path, run), {
        ...learned,
        reasons: [],
        rules: [],
        obligations: [{ kind: 'propose' }],
      });
    expect(only(await open())).toMatchObject({
      kind: 'learned',
      count: 3,
      policy: { endpoints: [{ rules: [{ allow: { method: 'GET', path: '/repos/*' } }] }] },
    });
    expect(granted().rules).toEqual([]);
  },
);

test(
  verifies(
    'gateway.asked-proposals',
    'an agent’s words are kept sealed, its run sees its own only, and asks for so many',
  ),
  async () => {
    const { house, run, ask } = await openProposalHouse();
    const { supervisor } = house.channels;
    const mine = await ask('/a');
    expect(mine).toMatchObject({ kind: 'asked', state: 'open', why: 'I need it.', runs: [run] });
    expect((await ask('/a')).id).toBe(mine.id);
    expect(JSON.stringify(await house.sql('select * from proposal'))).not.toContain('I need it.');
    const other = await house.newRun();
    await expect(
      callRoute(supervisor, apiRoutes.awaitProposal, { run: other, proposal: mine.id, seconds: 0 }),
    ).rejects.toMatchObject({ code: 'state_no_such_proposal' });
    expect(await callRoute(supervisor, apiRoutes.listRunProposals, { run: other })).toEqual({ proposals: [] });
    const waiting = callRoute(supervisor, apiRoutes.awaitProposal, { run, proposal: mine.id, seconds: 20 });
    await house.operator('POST', `/proposals/${mine.id}/dismiss`);
    expect(await waiting).toMatchObject({ state: 'dismissed' });
    await house.sql(
      `insert into proposal (id, kind, state, agent, run, policy, digest, tried, count, runs, opens, bounds, why, expires)
       select 'prp_' || lpad(n::text, 10, '0'), kind, 'open', agent, run, policy, n::text, tried, count, runs, opens, bounds, null, expires
       from proposal, generate_series(2, $1::integer) n`,
      [limits.runProposals],
    );
    await expect(ask('/one-too-many')).rejects.toMatchObject({ code: 'state_too_many_proposals', status: 429 });
    await expect(callRoute(house.channels.worker, apiRoutes.listRunProposals, { run })).rejects.toMatchObject({
      status: 403,
    });
  },
);

test(
  verifies('gateway.proposal-pages', 'every proposal of a state is on one page exactly, also while others are made'),
  async () => {
    const { house, deny, open } = await openProposalHouse();
    await deny(['GET', '/a']);
    const { id } = only(await open());
    await house.sql(
      `insert into proposal (id, kind, state, agent, policy, digest, tried, count, runs, opens, bounds, made, expires, decided, grant_expires, grant_uses)
       select 'prp_' || lpad(n::text, 10, '0'), kind, (array['open', 'accepted', 'dismissed', 'revoked', 'expired'])[n % 5 + 1], agent,
         policy, digest, tried, count, runs, opens, bounds, made - interval '1 second' * (n / 3),
         now() + interval '1 day' * case when n % 20 = 0 then -1 else 1 end, now(),
         now() + interval '1 day' * case when n % 20 = 1 then -1 else 1 end, 5
       from proposal, generate_series(1, 260) n where id = $1`,
      [id],
    );
    const walk = async (state: string, limit: number): Promise<readonly Proposal[]> => {
      const found: Proposal[] = [];
      let query = `state=${state}&limit=${limit}`;
      for (;;) {
        const { json } = await house.operator('GET', `/proposals?${query}`);
        const page = json as { proposals: readonly Proposal[]; next: string | null }; // the answer of our own route
        expect(page.proposals.length).toBeLessThanOrEqual(limit);
        found.push(...page.proposals);
        // Something newer comes between two pages.
        await house.sql(`update proposal set latest = now() where id = $1`, [found.at(-1)?.id]);
        if (page.next === null) return found;
        query = `state=${state}&limit=${limit}&before=${page.next}`;
      }
    };
    const all = await walk('all', 17);
    expect(all).toHaveLength(261);
    expect(new Set(all.map((one) => one.id)).size).toBe(261);
    expect(all.map(({ made }) => made)).toEqual(
      all
        .map(({ made }) => made)
        .toSorted()
        .toReversed(),
    );
    const counts: Partial<Record<ProposalState, number>> = {};
    for (const state of proposalStates) {
      const found = await walk(state, 50);
      // What is over is over, whatever its row says yet.
      expect(found.filter((one) => one.state !== state)).toEqual([]);
      expect(found.map((one) => one.id)).toEqual(all.filter((one) => one.state === state).map((one) => one.id));
      counts[state] = found.length;
    }
    // The first one is over as well: what was granted covers it.
    expect(counts).toEqual({ open: 39, accepted: 39, dismissed: 52, expired: 79, revoked: 52 });
    expect((await house.operator('GET', '/proposals?limit=201')).json).toMatchObject({ code: 'input_malformed' });
    expect((await house.operator('GET', '/proposals?state=rejected')).json).toMatchObject({ code: 'input_malformed' });
    expect((await house.operator('GET', '/proposals?before=prp_zzzzzzzzzz')).json).toEqual({
      proposals: [],
      next: null,
    });
  },
);
