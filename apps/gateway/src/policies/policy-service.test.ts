import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { ApiHouse } from '../api/testing/api-house.ts';

const document = (house: ApiHouse): string => join(house.configuration, 'policies/default.yaml');

async function lastEvents(house: ApiHouse, count: number): Promise<readonly unknown[]> {
  return (await house.recorded()).slice(-count);
}

test(
  verifies(
    'gateway.policy-stays-on-error',
    'a document that is wrong, or cannot be read, changes nothing and is recorded',
  ),
  async () => {
    const house = await ApiHouse.open();
    const { json: before } = await house.operator('GET', '/policies');
    const text = await readFile(document(house), 'utf8');
    const spoil: readonly [string, () => Promise<void>][] = [
      ['policy_invalid', () => writeFile(document(house), `${text}\nnonsense: true\n`)],
      ['policy_invalid', () => writeFile(document(house), '{')],
      ['policy_unreadable', () => rm(join(house.configuration, 'ceiling.yaml'))],
      ['policy_unreadable', () => rm(join(house.configuration, 'policies'), { recursive: true })],
    ];
    for (const [code, change] of spoil) {
      await change();
      const { json } = await house.operator('POST', '/policies/reload');
      expect(json).toMatchObject({ code });
      if (code === 'policy_invalid')
        expect(json).toMatchObject({ hint: expect.stringContaining('/configuration/policies/default.yaml') });
      const { title } = json as { title: string }; // a problem detail
      expect(await lastEvents(house, 1)).toMatchObject([
        {
          type: 'policy.refused',
          actor: 'api',
          body: { reason: code === 'policy_invalid' ? title : expect.stringContaining('cannot be read') },
        },
      ]);
      expect((await house.operator('GET', '/policies')).json).toEqual(before);
    }
    expect(house.asked).not.toContain('publishPolicy');
  },
);

test(
  verifies(
    'gateway.policy-stays-on-error',
    'what the supervisor does not take is not in force, and the ledger ends so',
  ),
  async () => {
    const house = await ApiHouse.open();
    const { json: before } = await house.operator('GET', '/policies');
    const published = await lastEvents(house, 1);
    await writeFile(document(house), `# another one\n${await readFile(document(house), 'utf8')}`);
    house.supervisor = {
      publishPolicy: () => {
        throw new Error('no');
      },
    };
    expect((await house.operator('POST', '/policies/reload')).status).toBeGreaterThanOrEqual(500);
    expect((await house.operator('GET', '/policies')).json).toEqual(before);
    expect(await lastEvents(house, 1)).toEqual(published);
    house.supervisor = {};
    expect((await house.operator('POST', '/policies/reload')).status).toBe(200);
    expect((await house.operator('GET', '/policies')).json).not.toEqual(before);
  },
);

test(
  verifies('gateway.policy-stays-on-error', 'of two reloads at once the newer documents stay in force'),
  async () => {
    const house = await ApiHouse.open();
    let [under, most] = [0, 0];
    const gate = Promise.withResolvers<void>();
    house.supervisor = {
      async publishPolicy() {
        most = Math.max(most, ++under);
        await gate.promise;
        under--;
        return { digests: {} };
      },
    };
    const edit = async (name: string): Promise<void> => writeFile(document(house), `version: 1\nname: ${name}\n`);
    await edit('older');
    const older = house.operator('POST', '/policies/reload');
    await vi.waitFor(() => expect(under).toBe(1), 60_000);
    await edit('newer');
    const newer = house.operator('POST', '/policies/reload');
    // Meanwhile it answers, and would have begun with the other.
    for (let count = 0; count < 20; count++) expect((await house.operator('GET', '/policies')).status).toBe(200);
    gate.resolve();
    expect((await older).status).toBe(200);
    const { json } = await newer;
    expect((await house.operator('GET', '/policies')).json).toMatchObject(json as object); // its digests
    expect(most).toBe(1);
  },
);
