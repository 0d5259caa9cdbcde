import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startScene } from '../testing/scene.ts';

vi.setConfig({ testTimeout: 60_000 });

const agent = (response: string) => `version: 1
name: worker
network_policies:
  people:
    endpoints:
      - { host: people.local, port: 80, access: read-only${response} }
`;

test(
  verifies('egress.forbidden-answers', 'in a sandbox: personal data comes in only where nothing forbids it'),
  async () => {
    const server = createServer((_request, response) => response.end('{"mail":"jane.doe@example.com"}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    // A TCP server that listens has an AddressInfo.
    const { port } = server.address() as AddressInfo;
    const ceiling = `version: 1\nname: ceiling\nservices: { people.local: { port: ${port} } }\n`;
    const scene = await startScene();
    const publish = (response: string) => scene.ask('publishPolicy', { ceiling, agents: { worker: agent(response) } });
    const look = async (): Promise<string> => {
      const command = `node -e 'fetch("http://people.local/7").then(async (a) => console.log(a.status, await a.text()))'`;
      const { outcome } = await scene.call('shell.exec', { command });
      return outcome.kind === 'done' ? outcome.output.trim() : JSON.stringify(outcome);
    };
    await publish(', response: { forbid: [pii] }');
    await scene.open();
    const refused = await look();
    expect(refused).toMatch(/^502 .*response\.forbid/);
    expect(refused).not.toContain('jane');
    await vi.waitFor(() => expect(scene.plane.events.some(({ type }) => type === 'finding.raised')).toBe(true));
    expect(scene.plane.events.find(({ type }) => type === 'finding.raised')?.body).toMatchObject({
      kind: 'egress.e-mail_address',
      text: expect.stringMatching(
        /^Found in the content of an answer, people\.local: e-mail address, digest [0-9a-f]{32}\./,
      ),
    });
    expect(JSON.stringify(scene.plane.events)).not.toContain('jane');
    await publish('');
    expect(await look()).toBe('200 {"mail":"jane.doe@example.com"}');
  },
);
