import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { callRoute } from '@clawhold/channel';
import { apiRoutes, ledgerEvent, type ProposalId } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { openProposalHouse, type ProposalHouse } from './testing/proposal-house.ts';

// Z3 takes its time to start.
vi.setConfig({ testTimeout: 120_000 });

/** Opts in for reading below /public of one host. */
const settings = `
proposals:
  auto_approve:
    within: [{ host: "*.example.com", port: 443, rules: [{ allow: { method: GET, path: "/public/**" } }] }]
    expire: 10m
    uses: 3
`;

async function optIn({ house }: ProposalHouse, more = settings): Promise<void> {
  const file = join(house.configuration, 'ceiling.yaml');
  await writeFile(file, `${await readFile(file, 'utf8')}${more}`);
  const { status, json } = await house.operator('POST', '/policies/reload');
  expect([status, json]).toMatchObject([200, {}]);
}

const stateOf = async ({ house }: ProposalHouse, id: ProposalId): Promise<unknown> =>
  (await house.operator('GET', `/proposals/${id}`)).json;

test(
  verifies(
    'gateway.auto-approval',
    'what the prover finds nothing new in takes effect for its run, bounded and with its proof',
  ),
  async () => {
    const scene = await openProposalHouse();
    await optIn(scene);
    const { id, digest } = await scene.ask('/public/a');
    await expect.poll(() => stateOf(scene, id), { timeout: 60_000 }).toMatchObject({ state: 'accepted' });
    expect(await stateOf(scene, id)).toMatchObject({ decidedBy: 'prover', grant: { run: scene.run, uses: 3 } });
    expect(scene.granted().rules).toMatchObject([{ id, run: scene.run, uses: 3 }]);
    const [stored] = await scene.house.sql('select proof, proof_digest from proposal where id = $1', [id]);
    expect(JSON.parse(String(stored?.['proof']))).toMatchObject({
      proved: expect.arrayContaining(['Nothing passes that did not pass before.']),
    });
    const accepted = (await scene.house.recorded()).filter(({ type }) => type === 'proposal.accepted');
    expect(accepted).toMatchObject([{ actor: 'api', body: { by: 'prover', digest, proof: stored?.['proof_digest'] } }]);

    // Something new waits for a person, also when it lies beside what is not.
    const beyond = await scene.ask('/private');
    // What only asks a person opens nothing without one.
    const asking = await scene.ask('/private', { method: 'POST' });
    await expect.poll(() => stateOf(scene, asking.id), { timeout: 60_000 }).toMatchObject({ state: 'accepted' });
    expect(await stateOf(scene, beyond.id)).toMatchObject({ state: 'open' });
  },
);

test(
  verifies(
    'gateway.auto-approval',
    'without an operator who opted in, and in a run with a flag or a finding, a person decides',
  ),
  async () => {
    const scene = await openProposalHouse();
    const { house, run } = scene;
    const unasked = await scene.ask('/public/a');
    await optIn(scene);
    const flagged = await scene.ask('/public/b', { isFlagged: true });
    const finding = ledgerEvent('finding.raised', { kind: 'egress.canary', text: 'x' }, { actor: 'supervisor', run });
    await callRoute(house.channels.supervisor, apiRoutes.appendEvents, { events: [finding] });
    const suspected = await scene.ask('/public/c');
    // Another run is none of this; when its rule is in force, the others had their time.
    const clean = await scene.ask('/public/d', { run: await house.newRun() });
    await expect.poll(() => stateOf(scene, clean.id), { timeout: 60_000 }).toMatchObject({ state: 'accepted' });
    for (const { id } of [unasked, flagged, suspected])
      expect(await stateOf(scene, id)).toMatchObject({ state: 'open' });
  },
);

test(verifies('gateway.auto-approval', 'only the ceiling may opt in'), async () => {
  const scene = await openProposalHouse();
  const file = join(scene.house.configuration, 'policies/default.yaml');
  await writeFile(file, `${await readFile(file, 'utf8')}${settings}`);
  expect((await scene.house.operator('POST', '/policies/reload')).json).toMatchObject({
    code: 'policy_invalid',
    title: expect.stringContaining('Only the ceiling'),
  });
});
