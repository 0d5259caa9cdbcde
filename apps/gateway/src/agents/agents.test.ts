import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAgentManifest, shippedManifest } from '@clawhold/agents/manifest';
import { callRoute } from '@clawhold/channel';
import { apiRoutes, type RunId } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { ApiHouse, type HttpAnswer } from '../api/testing/api-house.ts';

const clerk = `name: clerk
description: Reads and says what is there.
instructions: Read.
model: test/scripted
tools: [file.read, file.list]
budgets: { turns: 3 }
`;

/** An installation with a second agent; its manifest is given, its policy is that of the first. */
async function houseWithClerk(manifest: string | null = clerk): Promise<ApiHouse> {
  const house = await ApiHouse.open();
  await mkdir(join(house.configuration, 'agents'));
  if (manifest !== null) await writeFile(join(house.configuration, 'agents/clerk.yaml'), manifest);
  await writeFile(join(house.configuration, 'policies/clerk.yaml'), 'version: 1\n');
  await house.operator('POST', '/policies/reload');
  return house;
}

const begin = (house: ApiHouse, agent: string): Promise<HttpAnswer> =>
  house.operator('POST', '/runs', { task: 'Look', folder: '/srv/bills', agent });

const carried = (house: ApiHouse, run: RunId): Promise<{ text: string }> =>
  callRoute(house.channels.worker, apiRoutes.readManifest, { run });

test(
  verifies('agent.run-carries-manifest', 'a run keeps the manifest it was begun with, and the ledger its digest'),
  async () => {
    const house = await houseWithClerk();
    const { json } = await begin(house, 'clerk');
    const { id, agent } = json as { id: RunId; agent: string }; // the answer of our own route
    expect(agent).toBe('clerk');
    await writeFile(join(house.configuration, 'agents/clerk.yaml'), clerk.replace('Read.', 'Delete.'));
    expect(await carried(house, id)).toEqual({ text: clerk });
    const created = (await house.recorded()).find(({ type }) => type === 'run.created');
    expect(created?.body).toMatchObject({ manifestDigest: createHash('sha256').update(clerk).digest('hex') });
    expect((await carried(house, ((await begin(house, 'clerk')).json as { id: RunId }).id)).text).toContain('Delete.');
    expect(await carried(house, await house.newRun())).toEqual({ text: shippedManifest() });
  },
);

test(verifies('agent.by-name', 'an unknown agent is refused with the name that was meant'), async () => {
  const house = await houseWithClerk(null);
  expect((await begin(house, 'clrek')).json).toMatchObject({
    status: 400,
    code: 'input_unknown_agent',
    hint: expect.stringContaining('"clerk"'),
  });
  expect((await begin(house, '../ceiling')).json).toMatchObject({ code: 'input_unknown_agent' });
  // Governed and without a manifest of its own: the one that ships.
  expect((await begin(house, 'clerk')).status).toBe(201);
});

test(
  verifies('agents.one-policy', 'a program that is named for a run works under the policy of an agent'),
  async () => {
    const house = await houseWithClerk();
    const task = { task: 'Look', folder: '/srv/bills', agent: 'clerk' };
    const { json } = await house.operator('POST', '/runs', { ...task, command: ['node', 'agent.mjs', '{task}'] });
    const { id } = json as { id: RunId }; // the answer of our own route
    const { text } = await carried(house, id);
    expect(parseAgentManifest(text, 'it')).toMatchObject({
      name: 'clerk',
      harness: 'command',
      command: ['node', 'agent.mjs', '{task}'],
    });
    const created = (await house.recorded()).find(({ type }) => type === 'run.created');
    expect(created?.body).toMatchObject({ manifestDigest: createHash('sha256').update(text).digest('hex') });
    const free = { ...task, agent: 'free', command: ['node'] };
    expect((await house.operator('POST', '/runs', free)).json).toMatchObject({ code: 'input_unknown_agent' });
    expect((await house.operator('POST', '/runs', { ...task, command: [] })).status).toBe(400);
  },
);

test(verifies('agent.by-name', 'a manifest with a typo begins nothing and names line and word'), async () => {
  const house = await houseWithClerk(clerk.replace('tools:', 'tolos:'));
  const { json } = await begin(house, 'clerk');
  expect(json).toMatchObject({
    code: 'input_agent_manifest',
    title: 'agents/clerk.yaml, line 5: "tolos" is not a key here; did you mean "tools".',
  });
  expect((await house.operator('GET', '/runs')).json).toEqual({ runs: [] });
  await writeFile(join(house.configuration, 'agents/clerk.yaml'), clerk.replace('name: clerk', 'name: boss'));
  expect((await begin(house, 'clerk')).json).toMatchObject({ title: 'agents/clerk.yaml calls its agent "boss".' });
});

test(verifies('agent.by-name', 'the list says of each agent what it is, or why no run can have it'), async () => {
  const house = await houseWithClerk();
  await writeFile(join(house.configuration, 'agents/free.yaml'), clerk.replace('name: clerk', 'name: free'));
  expect((await begin(house, 'free')).json).toMatchObject({ code: 'input_agent_without_policy' });
  const { json } = await house.operator('GET', '/agents');
  expect(json).toMatchObject({
    agents: [
      { name: 'clerk', file: 'agents/clerk.yaml', model: 'test/scripted', tools: ['file.read', 'file.list'] },
      { name: 'default', file: null, problem: null },
      { name: 'free', description: null, problem: 'The agent "free" has no policy, so it may do nothing.' },
    ],
  });
});
