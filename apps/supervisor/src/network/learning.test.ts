import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { type Scene, startScene } from '../testing/scene.ts';

vi.setConfig({ testTimeout: 60_000 });

const services = 'version: 1\nname: ceiling\nservices: { finance.local: { socket: finance.sock } }\n';

const learning = (milliseconds: number, endpoints: string): string => `version: 1
name: worker
mode: learn
learn: { operator: ops, expires: "${new Date(Date.now() + milliseconds).toISOString()}" }
network_policies: { finance: { endpoints: [${endpoints}] } }
`;

const known =
  '{ host: finance.local, port: 80, rules: [{ allow: { method: GET, path: /accounts } }], deny_rules: [{ method: GET, path: "/forbidden/**" }], credential_binding: { provider: bank } }';

async function statuses(scene: Scene, ...requests: readonly string[]): Promise<readonly string[]> {
  const command = requests.map((one) => `curl --noproxy '' -s -o /dev/null -w '%{http_code}\\n' ${one}`).join('; ');
  const { outcome } = await scene.call('shell.exec', { command });
  return outcome.kind === 'done' ? outcome.output.trim().split('\n') : [];
}

const learned = (scene: Scene) =>
  scene.plane.events
    .filter(({ type, body }) => type === 'decision.made' && JSON.stringify(body).includes('"propose"'))
    .map(({ body }) => (body['question'] as { operation: { path: string } }).operation.path); // written by us

test(
  verifies(
    'supervisor.learning',
    'what no rule allows passes and is on record one by one; denials, blocks and the ceiling hold',
  ),
  async () => {
    const scene = await startScene();
    await scene.ask('publishPolicy', { ceiling: services, agents: { worker: learning(600_000, known) } });
    await scene.open();
    const base = 'http://finance.local';
    expect(
      await statuses(
        scene,
        `${base}/accounts`,
        `${base}/new`,
        `-X POST -d x ${base}/new/too`,
        `${base}/forbidden/x`,
        'http://169.254.169.254/',
        'http://localhost/',
      ),
    ).toEqual(['201', '201', '201', '403', '403', '403']);
    expect(learned(scene)).toEqual(['/new', '/new/too']);
    const bounded = `${services}network_policies: { all: { endpoints: [{ host: finance.local, port: 80, rules: [{ allow: { method: GET, path: /accounts } }] }] } }\n`;
    await scene.ask('publishPolicy', { ceiling: bounded, agents: { worker: learning(600_000, known) } });
    expect(await statuses(scene, `${base}/accounts`, `${base}/new`)).toEqual(['201', '403']);
    expect(scene.received).toHaveLength(4);
  },
);

test(
  verifies('supervisor.learning', 'no credential is filled in what passes only to learn from it, and learning ends'),
  async () => {
    const scene = await startScene();
    await scene.ask('addCredential', {
      name: 'bank',
      secret: 'sk-live-0123456789-abcdef',
      source: { kind: 'secret', prefix: 'sk-' },
      variable: 'BANK_KEY',
      binding: { hosts: ['finance.local'], ports: [80], places: ['header:authorization'] },
    });
    await scene.ask('publishPolicy', { ceiling: services, agents: { worker: learning(600_000, known) } });
    await scene.open();
    const withKey = (path: string): string => `-H "authorization: Bearer $BANK_KEY" http://finance.local${path}`;
    expect(await statuses(scene, withKey('/accounts'), withKey('/new'))).toEqual(['201', '403']);
    expect(scene.received).toEqual([expect.stringContaining('sk-live-0123456789-abcdef')]);
    await scene.ask('publishPolicy', { ceiling: services, agents: { worker: learning(-1_000, known) } });
    expect(await statuses(scene, 'http://finance.local/new')).toEqual(['403']);
  },
);
