import type { PolicyDocument } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { compile, type Layers } from '../index.ts';
import { connection, document, policy, request } from '../testing/samples.ts';

function at(layers: Layers): readonly string[] {
  const compiled = compile(layers);
  if (compiled.kind === 'ok') return [];
  return compiled.problems.map(({ rule, message }) => `${rule.layer} ${rule.path}: ${message}`);
}

function services(text: string): PolicyDocument {
  return document(`services: { ${text} }`);
}

test(verifies('policy.services-in-ceiling', "services are the ceiling's alone and keep clear of the platform"), () => {
  expect(at({ ceiling: document(''), agent: services('finance.local: { socket: finance.sock }') })).toEqual([
    'agent services: Only the ceiling may name host services; move `services` there.',
  ]);
  expect(
    at({ ceiling: services('finance.local: { port: 5432 }'), agent: document(''), platformPorts: [5432] }),
  ).toEqual([expect.stringContaining('Port 5432 belongs to the platform')]);
  for (const name of [
    'policy.local',
    'localhost',
    'inference.local',
    '"10.0.0.1"',
    'Finance.local',
    '"*.finance.local"',
  ])
    expect(at({ ceiling: services(`${name}: { port: 9000 }`), agent: document('') }), name).not.toEqual([]);
  const finance = policy(
    'network_policies: { f: { endpoints: [{ host: finance.local, port: 80, access: full }] } }',
    'services: { finance.local: { socket: finance.sock } }\nnetwork_policies: {}',
  );
  expect(finance.decide({ ...request('POST', 'finance.local', '/'), port: 80, scheme: 'http' })).toMatchObject({
    kind: 'allow',
    obligations: expect.arrayContaining([{ kind: 'service', name: 'finance.local' }]),
  });
  expect(finance.decide(connection('finance.local', 80)).obligations).toContainEqual({
    kind: 'inspect',
    tls: 'none',
    protocol: 'rest',
  });
});
