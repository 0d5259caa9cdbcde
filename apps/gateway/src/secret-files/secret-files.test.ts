import { ClawholdError } from '@clawhold/spec';
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
      lowerSecretFile({ path }) {
        if (path !== which.path || files.length === 0)
          throw new ClawholdError('state_no_such_label', 'None.', { status: 404 });
        files = [];
        return file;
      },
    };
    const lower = (path: string) => house.operator('POST', '/policies/secret-files/lower', { ...which, path });
    expect((await house.operator('GET', '/policies/secret-files')).json).toEqual({ files: [file] });
    expect((await lower('other.md')).status).toBe(404);
    expect((await lower(which.path)).json).toEqual(file);
    expect((await house.operator('GET', '/policies/secret-files')).json).toEqual({ files: [] });
    const events = (await house.recorded()).filter(({ type }) => type === 'label.lowered');
    expect(events).toMatchObject([{ actor: 'api', body: { ...which, run, by: 'operator' } }]);
    // Nobody but an operator: whoever can lower a label can let its data out.
    for (const path of ['', '/lower']) {
      const method = path === '' ? 'GET' : 'POST';
      expect((await house.send(method, `/api/v1/policies/secret-files${path}`)).status).toBe(401);
    }
  },
);
