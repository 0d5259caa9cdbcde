import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type EgressQuestion,
  type EndpointRule,
  type Label,
  noUsage,
  type Parameter,
  type PolicyDocument,
} from '@clawhold/spec';
import { repositoryRoot, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { shippedPresets } from '../../presets/shipped.ts';
import {
  closePolicy,
  compile,
  decide,
  loadPolicy,
  loadPolicyTest,
  needsTenant,
  requestTerms,
  resolveExtends,
  type Snapshot,
} from '../index.ts';
import { questionOf } from './question-of.ts';

const folder = join(repositoryRoot, 'packages/policy/presets');
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
const names = files.filter((file) => !file.endsWith('.policy-test.yaml')).map((file) => file.replace(/\.yaml$/, ''));

/** What issue 3 names, and the read-only variants. */
const wanted =
  'npm pypi crates go debian github-read-only github-read-write gitlab hugging-face docker-hub slack teams discord telegram jira confluence linear notion google-workspace google-workspace-read-only microsoft-365 microsoft-365-read-only salesforce servicenow zendesk hubspot adobe crowdstrike aws gcp azure brave-search tavily-search openai anthropic nvidia bedrock vertex'.split(
    ' ',
  );

/** How a preset says what it was written from, and that nobody has tried it on the service. */
const header =
  /^# Service: \S.*\n(?:# Reference: \S.*\n# {3}https:\/\/\S+\n)+# Read: \d{4}-\d{2}-\d{2}\n# Not exercised against the service\.\n(?:#\n(?:# \S.*\n)+)?version: 1\n/;

function text(name: string): string {
  return readFileSync(join(folder, `${name}.yaml`), 'utf8');
}

function documentOf(name: string): PolicyDocument {
  const loaded = loadPolicy(text(name), `${name}.yaml`);
  if (loaded.kind === 'invalid') throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return loaded.document;
}

function compiled(document: PolicyDocument): Snapshot {
  const result = compile({ ceiling: { version: 1 }, agent: document });
  if (result.kind === 'invalid') throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.snapshot;
}

function rulesOf(document: PolicyDocument): readonly EndpointRule[] {
  return Object.values(document.network_policies ?? {}).flatMap(({ endpoints }) =>
    endpoints.flatMap(({ rules }) => rules ?? []),
  );
}

/** The requests of a preset's own test that get this answer without anybody's grant. */
function requestsOf(name: string, answer: 'allow' | 'ask'): readonly EgressQuestion[] {
  const file = `${name}.policy-test.yaml`;
  const { tests } = loadPolicyTest(readFileSync(join(folder, file), 'utf8'), file);
  return tests.flatMap((asked) => {
    const put = questionOf(asked);
    return asked.expect === answer && put.kind === 'ok' && put.question.kind === 'egress' ? [put.question] : [];
  });
}

test(verifies('policy.presets-cited', 'the presets that were asked for are all there, each with a test'), () => {
  expect(names.toSorted()).toEqual(wanted.toSorted());
  expect(files.toSorted()).toEqual(names.flatMap((name) => [`${name}.policy-test.yaml`, `${name}.yaml`]).toSorted());
});

test.each(names)(verifies('policy.presets-cited', '%s says what it was written from, and when'), (name) => {
  expect(text(name)).toMatch(header);
  const described = documentOf(name).description ?? '';
  expect(described).toMatch(/^[A-Z].*\.$/);
});

test.each(names)(verifies('policy.presets-least', '%s changes nothing without a person'), (name) => {
  for (const rule of rulesOf(documentOf(name))) {
    const { method = '', operation_type: type } = rule.allow ?? rule.ask ?? {};
    const reads = method === 'GET' || type === 'query';
    // Every rule names its method: a rule for all of them would let through what nobody thought of.
    expect(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', '']).toContain(method);
    const takenBack = rule.effect === 'read' || rule.inverse !== undefined;
    if (rule.allow !== undefined) expect(reads || takenBack, JSON.stringify(rule)).toBe(true);
    else expect(rule.effect !== undefined || rule.inverse !== undefined, JSON.stringify(rule)).toBe(true);
  }
});

test.each(names.filter((name) => /- host: .*\*\.(?!\*)/.test(text(name)) && name !== 'bedrock'))(
  verifies('policy.presets-least', '%s opens hosts of other customers, and says what to do about it'),
  (name) => expect(text(name).replaceAll('\n# ', ' ')).toContain('Before use, name your own'),
);

const ofTenants = names.filter((name) => needsTenant(text(name)));

test.each(ofTenants)(
  verifies('policy.presets-tenant', '%s opens the place of the customer that a policy names, and no other'),
  (name) => {
    const library = shippedPresets();
    const extending = (reference: string) =>
      closePolicy({ name: 'a.yaml', source: `version: 1\nextends: ["${reference}"]\n` }, library);
    expect(extending(`preset:${name}`)).toMatchObject({
      problems: [{ line: 2, message: expect.stringContaining(`as in \`preset:${name}/acme\``) }],
    });
    for (const other of ['*', '**', 'a.b', 'A', '{a,b}', 'a-', '', 'a/b', 'a\\nb'])
      expect(extending(`preset:${name}/${other}`).kind, other).toBe('invalid');
    const acme = extending(`preset:${name}/acme`);
    if (acme.kind === 'invalid') throw new Error(acme.problems.map(({ message }) => message).join('\n'));
    expect(acme.bases).toEqual({ [`preset:${name}`]: text(name) });
    const snapshot = compiled(acme.document);
    const passing = requestsOf(name, 'allow');
    expect(passing).not.toEqual([]);
    for (const question of passing) {
      const asked = (tenant: string) =>
        decide(JSON.parse(JSON.stringify(question).replaceAll('tenant', tenant)), snapshot, noUsage, 0).kind;
      expect(asked('acme'), JSON.stringify(question)).toBe('allow');
      for (const tenant of ['tenant', 'other', 'acme-', 'xacme', 'a.acme']) expect(asked(tenant), tenant).toBe('deny');
    }
  },
);

test(verifies('policy.presets-tenant', 'a policy may name two customers, and none where a preset is for all'), () => {
  const extending = (list: string) =>
    closePolicy({ name: 'a.yaml', source: `version: 1\nextends: [${list}]\n` }, shippedPresets());
  const two = extending('preset:jira/acme, preset:jira/acme-eu, preset:confluence/acme');
  if (two.kind === 'invalid') throw new Error(two.problems.map(({ message }) => message).join('\n'));
  expect(Object.keys(two.bases)).toEqual(['preset:jira', 'preset:confluence']);
  expect(Object.keys(two.document.network_policies ?? {})).toEqual(['jira-acme', 'jira-acme-eu', 'confluence-acme']);
  const problems = (list: string) => {
    const found = extending(list);
    return found.kind === 'invalid' ? found.problems.map(({ message }) => message) : [];
  };
  expect(problems('preset:npm/acme')).toEqual(['`preset:npm` is the same for every customer: write `preset:npm`.']);
  expect(problems('preset:jria/acme')).toEqual(['There is no `preset:jria`; did you mean `preset:jira`?']);
});

test.each(names.filter((name) => name.includes('read-only')))(
  verifies('policy.presets-least', '%s asks for nothing, because it changes nothing'),
  (name) => {
    for (const { ask, effect, allow } of rulesOf(documentOf(name))) {
      expect(ask).toBeUndefined();
      expect(allow?.method === 'GET' || effect === 'read').toBe(true);
    }
  },
);

test.each(names)(verifies('policy.presets-least', '%s opens no other host, port or scheme'), (name) => {
  const document = documentOf(name);
  const snapshot = compiled(document);
  const ports = Object.values(document.network_policies ?? {}).flatMap(({ endpoints }) =>
    endpoints.flatMap(({ ports: several = [], port }) => [...several, ...(port === undefined ? [] : [port])]),
  );
  expect(ports.every((port) => port === 443 || (name === 'debian' && port === 80))).toBe(true);
  for (const question of requestsOf(name, 'allow')) {
    const { host } = question;
    const others: readonly Partial<EgressQuestion>[] = [
      { host: `${host}.attacker.example` },
      { host: host.replaceAll('.', '-') },
      { host: host.replace(/\.([^.]+)$/, '-$1') },
      { host: `${host}m` },
      { port: 8443 },
    ];
    for (const other of others)
      expect(decide({ ...question, ...other }, snapshot, noUsage, 0).kind, JSON.stringify(other)).toBe('deny');
  }
});

test(
  verifies(
    'policy.presets-least',
    'values that choose where something goes are read out, and ask when a stranger chose them',
  ),
  () => {
    const flow = { ask: { from: { integrity: 'external' }, to: { parameter: 'destination' } } } as const;
    const asked = names.flatMap((name) => {
      const snapshot = compiled({ ...documentOf(name), flows: [flow] });
      return requestsOf(name, 'ask').flatMap((question) => {
        const { destinations } = requestTerms(question, snapshot);
        const [first] = destinations;
        if (first === undefined || question.operation === undefined) return [];
        const label: Label = { integrity: 'external', confidentiality: 'internal', readers: null, sources: [] };
        const parameters: Parameter[] = [{ name: first, role: 'destination', value: 'somebody', label }];
        const operation = { ...question.operation, parameters };
        const decision = decide({ ...question, operation }, snapshot, noUsage, 0);
        expect(decision.reasons.map(({ code }) => code)).toContain('flow');
        return [`${name} ${destinations.join(' ')}`];
      });
    });
    for (const known of ['slack /channel query:channel', 'telegram /chat_id query:chat_id', 'jira /fields/project'])
      expect(asked).toContain(known);
    expect(asked.length).toBeGreaterThan(20);
  },
);

test(
  verifies('policy.presets-join', 'an agent may extend every preset at once; none loosens what another says'),
  () => {
    const resolved = resolveExtends(
      { version: 1, extends: names.map((name) => `preset:${name}`) },
      { names: names.map((name) => `preset:${name}`), find: (name) => documentOf(name.replace('preset:', '')) },
    );
    if (resolved.kind === 'invalid') throw new Error(resolved.problems.map(({ message }) => message).join('\n'));
    const together = compiled(resolved.document);
    for (const name of names)
      for (const answer of ['allow', 'ask'] as const)
        for (const question of requestsOf(name, answer)) {
          const { kind } = decide(question, together, noUsage, 0);
          expect({ name, kind, question }).toEqual({ name, kind: answer, question });
        }
  },
);
