import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClawholdError, type RunId } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { ApiHouse } from '../api/testing/api-house.ts';

test(
  verifies(
    'agents.conversation',
    'what a person says more is on record before it is said; only an agent that stays is asked to',
  ),
  async () => {
    const house = await ApiHouse.open();
    await mkdir(join(house.configuration, 'agents'));
    const manifest = 'name: mia\ndescription: Stays.\nharness: openclaw\nmodel: test/scripted\ncommand: [openclaw]\n';
    await writeFile(join(house.configuration, 'agents/mia.yaml'), manifest);
    await writeFile(join(house.configuration, 'policies/mia.yaml'), 'version: 1\n');
    await house.operator('POST', '/policies/reload');
    const wanted = { task: 'Hello', folder: '/srv/bills', conversation: true };
    expect((await house.operator('POST', '/runs', wanted)).json).toMatchObject({ code: 'input_no_conversation' });

    const { json } = await house.operator('POST', '/runs', { ...wanted, agent: 'mia' });
    expect(json).toMatchObject({ conversation: true });
    const run = (json as { id: RunId }).id; // the answer of our own route
    let recorded: unknown;
    house.supervisor = {
      sendMessage: async ({ turn, by, text }) => {
        recorded = (await house.recorded()).find(({ type }) => type === 'message.sent')?.body;
        expect({ turn, by, text }).toMatchObject({ by: 'operator', text: 'And June?' });
        return {};
      },
      endConversation: () => {
        throw new ClawholdError('state_no_conversation', 'This run is no conversation that is open.');
      },
    };
    const said = await house.operator('POST', `/runs/${run}/messages`, { text: ' And June? ' });
    expect(said.status).toBe(202);
    const digest = createHash('sha256').update('And June?').digest('hex');
    expect(recorded).toEqual({ ...(said.json as object), digest, by: 'operator' });
    expect((await house.operator('POST', `/runs/${run}/messages`, { text: ' ' })).status).toBe(400);
    expect(await house.operator('POST', `/runs/${run}/end`)).toMatchObject({ status: 409 });
    expect((await house.operator('POST', '/runs/run_0000000000/end')).status).toBe(404);
  },
);
