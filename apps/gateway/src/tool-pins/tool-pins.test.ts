import { ClawholdError, type ToolPin } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { ApiHouse } from '../api/testing/api-house.ts';

const [old, other] = ['a'.repeat(64), 'b'.repeat(64)];
const since = '2026-11-22T00:00:00.000Z';
const which = { endpoint: 'https://tools.example.com/mcp', tool: 'search' };
const stated = (digest: string) => ({ digest, description: { name: 'search' }, since });

test(
  verifies('egress.tool-pins', 'an operator sees both descriptions and accepts one, which the ledger tells'),
  async () => {
    const house = await ApiHouse.open();
    let pin: ToolPin = { pinned: { ...stated(old), by: 'first sight' }, waiting: stated(other) };
    house.supervisor = {
      listToolPins: () => ({ pins: [{ ...which, pinned: old, waiting: other }] }),
      readToolPin: ({ tool }) => {
        if (tool === which.tool) return pin;
        throw new ClawholdError('state_no_such_pin', 'None.', { status: 404 });
      },
      acceptToolPin: ({ digest }) => {
        if (digest !== other) throw new ClawholdError('state_pin_changed', 'Another.');
        pin = { pinned: { ...stated(other), by: 'operator' }, waiting: null };
        return pin;
      },
    };
    const accept = (digest: string) => house.operator('POST', '/policies/pins/tool/accept', { ...which, digest });
    const query = new URLSearchParams(which);
    expect((await house.operator('GET', '/policies/pins')).json).toEqual({
      pins: [{ ...which, pinned: old, waiting: other }],
    });
    expect((await house.operator('GET', `/policies/pins/tool?${query}`)).json).toEqual(pin);
    expect((await house.operator('GET', `/policies/pins/tool?${query}x`)).status).toBe(404);
    expect((await accept('c'.repeat(64))).status).toBe(409);
    expect((await accept(other)).json).toMatchObject({ pinned: { digest: other, by: 'operator' }, waiting: null });
    const events = (await house.recorded()).filter(({ type }) => type === 'tool_description.accepted');
    expect(events).toMatchObject([{ actor: 'api', body: { ...which, digest: other, before: old, by: 'operator' } }]);
    expect((await house.send('GET', '/api/v1/policies/pins')).status).toBe(401);
  },
);
