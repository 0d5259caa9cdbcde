import { noUsage } from '@clawhold/spec';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPolicy, decide, draftPolicy } from '../index.ts';
import { request } from '../testing/samples.ts';

/** Kinds and places of the warnings about these endpoints, one a line from the fifth on. */
function warningsOf(...endpoints: readonly string[]): readonly string[] {
  const lines = endpoints.map((endpoint) => `      - { ${endpoint} }`);
  const source = ['version: 1', 'network_policies:', '  hr:', '    endpoints:', ...lines, ''].join('\n');
  const { loaded, warnings } = checkPolicy(source, 'p.yaml');
  if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.problems));
  return warnings.map(({ kind, line }) => `${kind} ${line}`);
}

const payroll = 'host: payroll.kranich.dev, port: 443';
const wildcard = 'host: "*.kranich.dev", port: 443';
const deny = 'deny_rules: [{ method: "*", path: "/salaries/**" }]';
const salaries = 'rules: [{ allow: { method: GET, path: /salaries/7 } }]';

test.each([
  [
    'a deny of a wildcard that covers the host',
    [`${payroll}, ${salaries}`, `${wildcard}, access: read-only, ${deny}`],
    ['contradicting 5'],
  ],
  [
    'not one for another port',
    [
      `${payroll}, ${salaries}`,
      `${wildcard.replace('443', '8443')}, rules: [{ allow: { method: GET, path: /a } }], ${deny}`,
    ],
    ['over_broad 6'],
  ],
  [
    'a deny for other paths of the host',
    [`${payroll}, path: "/salaries/**", ${salaries}`, `${payroll}, access: read-only, ${deny}`],
    ['contradicting 5'],
  ],
  ['the same endpoint twice', [`${payroll}, access: read-only`, `${payroll}, access: read-only`], ['shadowed 6']],
  [
    'an endpoint that another one widens',
    [`${payroll}, access: read-only`, `${payroll}, access: full`],
    ['shadowed 5'],
  ],
  [
    'a rule that another endpoint asks about',
    [`${payroll}, ${salaries}`, `${payroll}, rules: [{ ask: { method: "*", path: "/**" } }]`],
    ['shadowed 5'],
  ],
  [
    'a rule where a more specific endpoint decides',
    [`${payroll}, ${salaries}`, `${payroll}, path: "/salaries/**", rules: [{ ask: { method: GET, path: "/**" } }]`],
    ['dead 5'],
  ],
  [
    'a deny that is meant for another endpoint',
    [
      `${payroll}, access: read-only, deny_rules: [{ method: DELETE, path: "/**" }]`,
      `${payroll}, path: "/a/**", access: full`,
    ],
    [],
  ],
  [
    'not what a wildcard, which is asked less, allows besides',
    [`${payroll}, ${salaries}`, `${wildcard}, access: read-only, deny_rules: [{ method: GET, path: /a }]`],
    [],
  ],
  [
    'a tool that another endpoint denies',
    [
      `${payroll}, path: /mcp, protocol: mcp, tools: [{ name: pay, allow: true }]`,
      `${wildcard}, path: /mcp, protocol: mcp, tools: [{ name: "p*", deny: true }, { name: list, allow: true }]`,
    ],
    [],
  ],
  [
    'the same matcher of a query',
    [
      `${payroll}, rules: [{ allow: { method: GET, path: /a, query: { x: "ab" } } }], deny_rules: [{ method: GET, path: /a, query: { x: "a*" } }]`,
    ],
    ['contradicting 5'],
  ],
  [
    'not a narrower one',
    [
      `${payroll}, rules: [{ allow: { method: GET, path: /a, query: { x: "a*" } } }], deny_rules: [{ method: GET, path: /a, query: { x: "ab" } }]`,
    ],
    [],
  ],
] as const)(verifies('policy-tools.check', 'it finds between endpoints: %s'), (_name, endpoints, expected) => {
  expect(warningsOf(...endpoints)).toEqual(expected);
});

const hosts = ['payroll.kranich.dev', '*.kranich.dev', '{payroll,time}.kranich.dev'] as const;
const path = fc.constantFrom('/a', '/a/*', '/a/**', '/**', '/{a,b}', '/a/b', '/b/*');
const query = fc.constantFrom(undefined, undefined, undefined, { q: 'x*' }, { q: 'xy' });
const target = fc
  .record({ method: fc.constantFrom('GET', 'POST', '*'), path, query })
  .map(({ query: matcher, ...rest }) => (matcher === undefined ? rest : { ...rest, query: matcher }));
const endpoint = fc
  .record({
    host: fc.constantFrom(...hosts),
    path: fc.constantFrom(undefined, undefined, '/a/**', '/a/*'),
    rules: fc.array(
      fc.oneof(
        target.map((allow) => ({ allow })),
        target.map((ask) => ({ ask })),
      ),
      { minLength: 1, maxLength: 2 },
    ),
    deny_rules: fc.array(target, { maxLength: 1 }),
  })
  .map(({ path: own, deny_rules: denies, ...rest }) => ({
    ...rest,
    port: 443,
    protocol: 'rest',
    ...(own === undefined ? {} : { path: own }),
    ...(denies.length === 0 ? {} : { deny_rules: denies }),
  }));

const binaries = fc.constantFrom(undefined, undefined, [{ path: '/usr/bin/gh' }]);

test(verifies('policy-tools.check', 'taking out a rule that others make superfluous changes no decision'), () => {
  const callers = [undefined, '/usr/bin/gh', '/usr/bin/curl'];
  const questions = ['payroll', 'time', 'rest'].flatMap((name) =>
    ['/', '/a', '/b', '/a/', '/a/b', '/b/b', '/a/b/c', '/c'].flatMap((at) =>
      ['GET', 'HEAD', 'POST', 'PUT'].flatMap((method) =>
        ['', 'q=xy', 'q=xz', 'q=y'].flatMap((text) =>
          callers.map((executable) => ({
            ...request(method, `${name}.kranich.dev`, at),
            caller: { agent: 'tour', ...(executable === undefined ? {} : { executable, ancestors: [] }) },
            operation: { method, path: at, query: text, parameters: [] },
          })),
        ),
      ),
    ),
  );
  const answers = (document: object): string | undefined => {
    const draft = draftPolicy({ name: 'p', source: JSON.stringify(document) });
    if (draft.kind === 'invalid') return undefined;
    return questions.map((question) => decide(question, draft.snapshot, noUsage, 0).kind.at(0)).join('');
  };
  let named = 0;
  fc.assert(
    fc.property(
      fc.array(fc.record({ endpoints: fc.array(endpoint, { minLength: 1, maxLength: 2 }), binaries }), {
        minLength: 1,
        maxLength: 2,
      }),
      (policies) => {
        const entries = policies.map(({ endpoints, binaries: of }, at) => [
          `p${at}`,
          { endpoints, ...(of === undefined ? {} : { binaries: of }) },
        ]);
        const document = { version: 1, network_policies: Object.fromEntries(entries) };
        const whole = answers(document);
        if (whole === undefined) return;
        for (const { message, path: at } of placesOf(document)) {
          const less = structuredClone(document);
          const list = at
            .slice(0, -1)
            .reduce<unknown>((value, key) => Reflect.get(value as object, key), less) as unknown[];
          list.splice(Number(at.at(-1)), 1);
          const holder = at.slice(0, -2).reduce<object>((value, key) => Reflect.get(value, key) as object, less);
          if (list.length === 0 && at.at(-2) === 'rules') continue;
          if (list.length === 0) Reflect.deleteProperty(holder, 'deny_rules');
          named++;
          expect(answers(less), `${message} ${JSON.stringify(document)}`).toBe(whole);
        }
      },
    ),
    { numRuns: scale(150) },
  );
  expect(named).toBeGreaterThan(30);
});

/** What is named, by its path in the document: each rule stands in a line of its own. */
function placesOf(document: { network_policies: Record<string, { endpoints: readonly object[] }> }) {
  const paths = new Map<number, readonly (string | number)[]>();
  const lines: string[] = ['version: 1', 'network_policies:'];
  for (const [name, { endpoints, ...rest }] of Object.entries(document.network_policies)) {
    lines.push(
      `  ${name}:`,
      ...Object.entries(rest).map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`),
      '    endpoints:',
    );
    for (const [at, one] of endpoints.entries()) {
      lines.push('      -');
      for (const [key, value] of Object.entries(one))
        if (key !== 'rules' && key !== 'deny_rules') lines.push(`        ${key}: ${JSON.stringify(value)}`);
        else {
          lines.push(`        ${key}:`);
          for (const [index, rule] of (value as readonly object[]).entries()) {
            lines.push(`          - ${JSON.stringify(rule)}`);
            paths.set(lines.length, ['network_policies', name, 'endpoints', at, key, index]);
          }
        }
    }
  }
  return checkPolicy(`${lines.join('\n')}\n`, 'p').warnings.flatMap(({ kind, line, message }) => {
    const at = paths.get(line);
    return kind === 'over_broad' || at === undefined ? [] : [{ message, path: at }];
  });
}
