import { callRoute } from '@clawhold/channel';
import { supervisorRoutes } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { startWorld } from '../testing/world-scene.ts';

const policy = `version: 1
name: worker
network_policies:
  web:
    endpoints:
      - { host: web.example.com, port: 443, access: full, credential_binding: { provider: robot } }
`;

const robot = {
  name: 'robot',
  secret: 'client-secret-0123',
  source: {
    kind: 'oauth2_client_credentials',
    token_url: 'https://web.example.com/token',
    revocation_url: 'https://web.example.com/revoke',
    client_id: 'robot',
  },
  binding: { hosts: ['web.example.com'], places: ['header:authorization'] },
};

test(verifies('credentials.revoked', 'a real sandbox uses a token that it never sees, and that ends with it'), {
  timeout: 60_000,
}, async () => {
  const world = await startWorld(policy, '', [robot]);
  const { plane } = world.scene;
  const answer = await world.run('curl -sS -H "Authorization: Bearer $ROBOT" https://web.example.com/work; env');
  expect(answer).toContain('tls GET /work');
  expect(answer).not.toContain('upstream-token');
  expect(await world.reached()).toContain('authorization Bearer upstream-token-1');
  expect(await world.reached()).not.toContain('revoked upstream-token-1');
  await callRoute(world.scene.worker(), supervisorRoutes.closeSandbox, { run: world.runId });
  await vi.waitFor(async () => expect(await world.reached()).toContain('revoked upstream-token-1'), {
    timeout: 60_000,
  });
  await vi.waitFor(() =>
    expect(plane.events.filter(({ type }) => type === 'credential.withdrawn')).toMatchObject([
      { run: world.runId, body: { name: 'robot', cause: 'run_ended', revoked: 1, standing: 0, until: null } },
    ]),
  );
  expect(JSON.stringify(plane.events)).not.toContain('upstream-token');
});
