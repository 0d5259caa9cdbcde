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
      acceptToolPin: async ({ digest }) => {
        if (digest !== other) throw new ClawholdError('state_pin_changed', 'Another.');
        recordedBefore.push(...(await recorded()));
        pin = { pinned: { ...stated(other), by: 'operator' }, waiting: null };
        return pin;
      },
    };
    const recordedBefore: unknown[] = [];
    const recorded = async () => (await house.recorded()).filter(({ type }) => type.startsWith('tool_description.'));
    const accept = (digest: string) => house.operator('POST', '/policies/pins/tool/accept', { ...which, digest });
    const query = new URLSearchParams(which);
    expect((await house.operator('GET', '/policies/pins')).json).toEqual({
      pins: [{ ...which, pinned: old, waiting: other }],
    });
    expect((await house.operator('GET', `/policies/pins/tool?${query}`)).json).toEqual(pin);
    expect((await house.operator('GET', `/policies/pins/tool?${query}x`)).status).toBe(404);
    expect((await accept('c'.repeat(64))).status).toBe(409);
    expect((await accept(other)).json).toMatchObject({ pinned: { digest: other, by: 'operator' }, waiting: null });
    const accepted = { actor: 'person:operator', body: { ...which, digest: other, before: old, by: 'operator' } };
    expect(recordedBefore).toMatchObject([{ type: 'tool_description.accepted', ...accepted }]);
    expect(await recorded()).toEqual(recordedBefore);
    expect((await house.send('GET', '/api/v1/policies/pins')).status).toBe(401);
  },
);

test(
  verifies(
    'gateway.forgotten-pins',
    'a tool is forgotten on record only, by name, and only when something is known of it',
  ),
  async () => {
    const house = await ApiHouse.open();
    let known = true;
    let isRecorded = false;
    house.supervisor = {
      readToolPin: () => {
        if (known) return { pinned: { ...stated(old), by: 'first sight' }, waiting: stated(other) };
        throw new ClawholdError('state_no_such_pin', 'None.', { status: 404 });
      },
      forgetToolPin: async () => {
        isRecorded = (await house.recorded()).at(-1)?.type === 'tool_description.forgotten';
        known = false;
        return {};
      },
    };
    const forget = () => house.operator('POST', '/policies/pins/tool/forget', which);
    expect((await forget()).status).toBe(200);
    expect(isRecorded).toBe(true);
    expect((await house.recorded()).at(-1)).toMatchObject({
      actor: 'person:operator',
      body: { ...which, pinned: old, waiting: other, by: 'operator' },
    });
    const before = (await house.recorded()).length;
    expect((await forget()).json).toMatchObject({ code: 'state_no_such_pin' });
    expect(await house.recorded()).toHaveLength(before);
  },
);
