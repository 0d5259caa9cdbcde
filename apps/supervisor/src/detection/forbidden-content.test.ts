import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { startScene } from '../testing/scene.ts';

vi.setConfig({ testTimeout: 60_000 });

const ceiling = 'version: 1\nname: ceiling\nservices: { finance.local: { socket: finance.sock } }\n';
const agent = (request: string) => `version: 1
name: worker
network_policies:
  finance:
    endpoints:
      - { host: finance.local, port: 80, access: full${request} }
`;

test(
  verifies('egress.forbidden-content', 'in a sandbox: personal data leaves only where nothing forbids it'),
  async () => {
    const scene = await startScene();
    const publish = (request: string) => scene.ask('publishPolicy', { ceiling, agents: { worker: agent(request) } });
    const send = async (query = ''): Promise<string> => {
      const command = `node -e 'fetch("http://finance.local/notes${query}", { method: "POST", body: "mail jane.doe@example.com" }).then(async (a) => console.log(a.status, await a.text()))'`;
      const { outcome } = await scene.call('shell.exec', { command });
      return outcome.kind === 'done' ? outcome.output.trim() : JSON.stringify(outcome);
    };
    await publish(', request: { forbid: [pii] }');
    await scene.open();
    expect(await send()).toMatch(/^403 .*request\.forbid/);
    expect(scene.received).toEqual([]);
    await vi.waitFor(() => expect(scene.plane.events.some(({ type }) => type === 'finding.raised')).toBe(true));
    const findings = scene.plane.events.filter(({ type }) => type === 'finding.raised');
    expect(JSON.stringify(findings)).not.toContain('jane.doe');
    expect(await send('?mail=jane.doe@example.com')).toMatch(/^403 .*the query holds personal data/);
    const told = scene.plane.events.filter(({ body }) => JSON.stringify(body).includes('"kind":"egress"'));
    expect(told).toHaveLength(2);
    expect(JSON.stringify(told)).not.toContain('jane');
    expect(JSON.stringify(told)).toContain('"query":"withheld"');
    await publish('');
    expect(await send()).toMatch(/^201/);
    expect(scene.received).toEqual(['POST /notes mail jane.doe@example.com']);
  },
);
