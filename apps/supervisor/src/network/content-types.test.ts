import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { startScene } from '../testing/scene.ts';

const ceiling = 'version: 1\nname: ceiling\nservices: { finance.local: { socket: finance.sock } }\n';
const agent = (response: string) => `version: 1
name: worker
network_policies:
  finance:
    endpoints:
      - { host: finance.local, port: 80, access: read-only${response} }
`;

const ask = {
  command: `node -e "fetch('http://finance.local/accounts').then(async (a) => console.log(a.status, await a.text()))"`,
};

test(
  verifies('egress.content-types', 'in a sandbox: an answer without a media type passes only where none is demanded'),
  async () => {
    const scene = await startScene();
    const publish = (response: string) => scene.ask('publishPolicy', { ceiling, agents: { worker: agent(response) } });
    await publish(', response: { content_types: [application/json] }');
    await scene.open();
    const refused = await scene.call('shell.exec', ask);
    expect(refused.outcome).toMatchObject({ output: expect.stringContaining('upstream_content_type') });
    expect(refused.outcome).not.toMatchObject({ output: expect.stringContaining('{"id":7}') });
    await publish('');
    const passed = await scene.call('shell.exec', ask);
    expect(passed.outcome).toMatchObject({ output: expect.stringContaining('201 {"id":7}') });
  },
);
