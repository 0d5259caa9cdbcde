import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compile, decide } from '@clawhold/policy';
import { noUsage, policyDocumentSchema } from '@clawhold/spec';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { startOrigin, startProxy } from '../testing.ts';
import { referenceServer } from './reference-server.ts';

const suite = join(
  dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json')),
  'dist/index.js',
);

const policy = policyDocumentSchema.parse({
  version: 1,
  network_policies: {
    tools: {
      endpoints: [
        {
          host: 'tools',
          port: 80,
          path: '/mcp',
          protocol: 'mcp',
          mcp: { allow_all_known_mcp_methods: true },
          rules: [{ allow: { method: '*' } }],
          pin_tool_descriptions: true,
        },
      ],
    },
  },
});

test(verifies(
  'egress.mcp',
  'the official conformance suite passes through the proxy, with nothing expected to fail',
), async () => {
  const open = policyDocumentSchema.parse({
    version: 1,
    network_policies: { open: { endpoints: [{ host: 'tools', port: 80 }] } },
  });
  const compiled = compile({ ceiling: open, agent: policy });
  if (compiled.kind !== 'ok') throw new Error(JSON.stringify(compiled.problems));
  await using origin = await startOrigin(referenceServer());
  const pinned = new Map<string, string>();
  await using proxy = await startProxy({
    kind: 'direct-http',
    services: { tools: origin.port },
    decide: (question) => {
      // The suite wants a server on localhost, which no policy can open: the listener is named like the server behind it.
      const host = question.host === 'localhost' ? 'tools' : question.host;
      const decided = decide({ ...question, host, port: 80 }, compiled.snapshot, noUsage, 0);
      return { ...decided, obligations: [...decided.obligations, { kind: 'service', name: 'tools' }] };
    },
    hooks: {
      toolPins: {
        compare: async (_identity, _endpoint, tools) => {
          const changed = tools.filter(({ name, ...rest }) => {
            const said = JSON.stringify(rest);
            const first = pinned.get(name) ?? said;
            pinned.set(name, first);
            return said !== first;
          });
          return new Set(changed.map(({ name }) => name));
        },
        isWithheld: () => false,
      },
    },
  });
  const words = [suite, 'server', '--url', `http://localhost:${proxy.port}/mcp`, '--suite', 'active'];
  const cwd = await temporaryFolder();
  const { status, said } = await new Promise<{ status: number | string | null; said: string }>((resolve) => {
    execFile(process.execPath, words, { cwd, timeout: 120_000 }, (error, stdout, stderr) =>
      resolve({ status: error?.code ?? (error === null ? 0 : null), said: stdout + stderr }),
    );
  });
  expect(status, said).toBe(0);
  expect(said).toMatch(/Total: \d+ passed, 0 failed/);
  const methods = proxy.decided.map(({ question: { operation } }) =>
    operation?.message?.protocol === 'mcp' ? operation.message.method : 'unread',
  );
  expect(pinned.size).toBeGreaterThan(10);
  const wanted = [
    'sampling/createMessage',
    'elicitation/create',
    'initialize',
    'tools/call',
    'resources/read',
    'session/listen',
    'session/response',
  ];
  expect(methods).toEqual(expect.arrayContaining(wanted));
  // The request that comes with the name of a stranger is the only one whose messages nobody looks at.
  expect(methods.filter((method) => method === 'unread')).toHaveLength(1);
}, 120_000);
