import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { ApiHouse } from '../api/testing/api-house.ts';

const which = { folder: '/home/ann/reports', path: 'summary.md' };

test(
  verifies('flow.lowered-by-people', 'an operator sees what runs made secret and lowers it, which the ledger tells'),
  async () => {
    const house = await ApiHouse.open();
    const run = 'run_0123456789';
    const file = { ...which, run, since: '2026-11-22T00:00:00.000Z' } as const;
    let files = [file];
    house.supervisor = {
      listSecretFiles: () => ({ files }),
      async lowerSecretFile() {
        recordedBefore.push(...(await recorded()));
        files = [];
        return file;
      },
    };
    const recordedBefore: unknown[] = [];
    const recorded = async () => (await house.recorded()).filter(({ type }) => type === 'label.lowered');
    const lower = (path: string) => house.operator('POST', '/policies/secret-files/lower', { ...which, path });
    expect((await house.operator('GET', '/policies/secret-files')).json).toEqual({ files: [file] });
    expect((await lower('other.md')).status).toBe(404);
    expect((await lower(which.path)).json).toEqual(file);
    expect((await house.operator('GET', '/policies/secret-files')).json).toEqual({ files: [] });
    expect(recordedBefore).toMatchObject([{ actor: 'person:operator', body: { ...which, run, by: 'operator' } }]);
    expect(await recorded()).toEqual(recordedBefore);
    // Nobody but an operator: whoever can lower a label can let its data out.
    for (const path of ['', '/lower']) {
      const method = path === '' ? 'GET' : 'POST';
      expect((await house.send(method, `/api/v1/policies/secret-files${path}`)).status).toBe(401);
    }
  },
);

test(verifies('flow.lowered-by-people', 'what the ledger does not take lowers nothing'), async () => {
  const house = await ApiHouse.open();
  const file = { ...which, run: 'run_0123456789', since: '2026-11-22T00:00:00.000Z' } as const;
  house.supervisor = { listSecretFiles: () => ({ files: [file] }), lowerSecretFile: () => file };
  await house.breakLedger();
  const { status } = await house.operator('POST', '/policies/secret-files/lower', which);
  expect(status).toBeGreaterThanOrEqual(500);
  expect(house.asked).not.toContain('lowerSecretFile');
});
