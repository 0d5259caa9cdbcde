import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { mcpProgram, startMcpServer } from '../testing/mcp-server.ts';
import { startScene } from '../testing/scene.ts';

vi.setConfig({ testTimeout: 120_000 });

const agent = (endpoint: string) => `version: 1
name: worker
network_policies:
  finance:
    endpoints:
      - host: finance.local
        port: 80
        rules: [{ allow: { method: POST, path: /payments }, destination: [/account] }]
        response: { label: local }
  tools:
    endpoints: [{ host: tools.local, port: 80, path: /mcp, protocol: mcp, ${endpoint} }]
flows:
  - ask: { from: { integrity: external }, to: { parameter: destination } }
`;

const pay = `fetch('http://finance.local/payments', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"account":"DE89"}' }).then((a) => console.log(a.status))`;

/** A sandbox before a server of MCP that asks for sampling with every answer. */
async function startWorld() {
  const sampling = { id: 's', method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } };
  const server = await startMcpServer([], sampling);
  const scene = await startScene({ 'ask.cjs': mcpProgram });
  const ceiling = `version: 1\nname: ceiling\nservices: { finance.local: { socket: finance.sock }, tools.local: { port: ${server.port} } }\n`;
  const run = async (command: string): Promise<string> => {
    const { outcome } = await scene.call('shell.exec', { command });
    return outcome.kind === 'done' ? outcome.output.trim() : JSON.stringify(outcome);
  };
  return {
    scene,
    server,
    publish: (endpoint: string) => scene.ask('publishPolicy', { ceiling, agents: { worker: agent(endpoint) } }),
    ask: (...words: string[]) => run(`node ask.cjs ${words.map((word) => `'${word}'`).join(' ')}`),
    pay: () => run(`node -e "${pay.replaceAll('"', '\\"')}"`),
  };
}

const tools = 'tools: [{ name: "*", allow: true, effect: read }]';

test(
  verifies(
    'egress.mcp-labels',
    'in a sandbox: what a tool said carries the label of its endpoint, and so does what follows',
  ),
  async () => {
    const { scene, publish, ask, pay: tryToPay } = await startWorld();
    await publish(`${tools}, response: { label: local }`);
    await scene.open();
    expect(await ask('tools/call', 'search')).toContain('Done.');
    expect(await tryToPay()).toBe('201');
    await publish(tools);
    // Nothing came from there yet.
    expect(await tryToPay()).toBe('201');
    expect(await ask('tools/call', 'search')).toContain('Done.');
    expect(await tryToPay()).toBe('403');
    expect(scene.received).toHaveLength(2);
  },
);

test(
  verifies('egress.server-messages', 'in a sandbox: what a server asks arrives where the policy names it only'),
  async () => {
    const { scene, publish, ask } = await startWorld();
    await publish(tools);
    await scene.open();
    const refused = await ask('tools/call', 'search');
    expect(refused).toContain('Done.');
    expect(refused).toMatch(/"id":"s","method":"clawhold\/refused".*No rule allows .*sampling\/createMessage/);
    expect(refused).not.toContain('maxTokens');
    const decisions = scene.plane.events.filter(({ type }) => type === 'decision.made');
    expect(decisions.at(-1)?.body).toMatchObject({
      question: { operation: { message: { method: 'sampling/createMessage' } } },
      decision: { kind: 'deny' },
    });
    await publish(`${tools}, rules: [{ allow: { method: sampling/createMessage } }]`);
    expect(await ask('tools/call', 'search')).toContain('"method":"sampling/createMessage","params":{"messages":[]');
  },
);

test(
  verifies('egress.mcp', 'in a sandbox: a tool has a name that is shown and compared, unless the policy takes any'),
  async () => {
    const { scene, server, publish, ask } = await startWorld();
    await publish(tools);
    await scene.open();
    expect(await ask('tools/call', 'find it/now')).toMatch(/^400 .*at most 128/);
    await publish(`mcp: { strict_tool_names: false }, tools: [{ name: "find*", allow: true }]`);
    expect(await ask('tools/call', 'find it/now')).toContain('Done.');
    expect(await ask('tools/call', 'lose it')).toMatch(/^403/);
    expect(await ask('tools/call', 'find\u202eit')).toMatch(/^400/);
    expect(server.calls).toEqual(['find it/now']);
  },
);
