import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { splitScene } from '../agents/testing/split-scene.ts';
import { everyTool, probeCommand, probeNetwork } from './testing/mcp-scene.ts';

vi.setConfig({ testTimeout: 120_000 });

const ask = (name: string, text: string): string => {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: { text } } });
  return `curl -sS -m 60 -x "$HTTP_PROXY" -H 'content-type: application/json' -d '${body}' http://probe.mcp.local/mcp -w ' %{http_code}'`;
};

test(
  verifies('agents.mcp-decided', 'of an agent that is split only where it thinks is there a way to its servers'),
  async () => {
    const mcp = `mcp: { probe: { command: ${await probeCommand()} } }\n`;
    const { think } = await splitScene(mcp, probeNetwork(`tools: [${everyTool}]`));
    const [mind, state, secret, hands, configured] = await think(
      ['run', ask('echo', 'Hello.')],
      ['run', ask('list', '/task')],
      ['run', ask('list', '/opt/clawhold')],
      ['exec', ask('echo', 'Hello.')],
      ['configuration'],
    );
    expect(mind).toMatchObject({ ok: true, is: expect.stringMatching(/Hello\..* 200$/s) });
    // Neither what it remembers, nor what its hands work on; nor its configuration and its remote shell.
    expect(state).toMatchObject({ is: expect.stringContaining('nothing') });
    expect(secret).toMatchObject({ is: expect.stringContaining('authorities.pem tools') });
    expect(hands).toMatchObject({ stdout: expect.stringMatching(/where it works.* 403$/s) });
    expect(configured).toMatchObject({
      mcp: { servers: { probe: { url: 'http://probe.mcp.local/mcp', transport: 'streamable-http' } } },
      tools: { allow: expect.arrayContaining(['probe__*']) },
    });
  },
);
