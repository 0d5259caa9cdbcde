import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { createEffects } from './effects.ts';

const run = 'run_0123456789';

test(
  verifies('supervisor.effects-remain', 'what left is listed with how to take it back, or that nothing can'),
  async () => {
    const folder = await temporaryFolder();
    const effects = createEffects(folder, Date.now);
    expect(await effects.remaining(run)).toEqual([]);
    const payment = await effects.sent(run, {
      what: 'POST http://finance.local:80/payments',
      inverse: { method: 'DELETE', path: '/payments/{id}' },
    });
    const mail = await effects.sent(run, { what: 'POST https://mail.example:443/send', inverse: null });
    await effects.sent(run, { what: 'PUT https://a.example:443/b', inverse: null });
    await effects.answered(run, mail, 202);
    await effects.answered(run, payment, 201);
    expect(await createEffects(folder, Date.now).remaining(run)).toEqual([
      'POST http://finance.local:80/payments (answered 201) was not taken back; DELETE /payments/{id} would do it.',
      'POST https://mail.example:443/send (answered 202) cannot be taken back.',
      'PUT https://a.example:443/b (no answer known) cannot be taken back.',
    ]);
  },
);

test(verifies('supervisor.effects-remain', 'a connection that was cut by a crash is listed all the same'), async () => {
  const folder = await temporaryFolder();
  const effects = createEffects(folder, () => 0);
  await effects.opened(run, 'db.example:5432');
  expect(await effects.remaining(run)).toEqual([
    'A connection to db.example:5432 at 1970-01-01T00:00:00.000Z carried nobody knows how many bytes, unread; what it did cannot be taken back.',
  ]);
});

test('a line that a crash cut off spoils only itself', async () => {
  const folder = await temporaryFolder();
  const effects = createEffects(folder, Date.now);
  await effects.sent(run, { what: 'POST https://a.example:443/', inverse: null });
  await appendFile(join(folder, 'runs', run, 'effects.ndjson'), '\n{"kind":"sent","id":"x","wh');
  await effects.sent(run, { what: 'POST https://b.example:443/', inverse: null });
  expect(await effects.remaining(run)).toHaveLength(2);
});
