import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import type { Message } from '../conversation.ts';
import { parseScenario } from './load.ts';
import { play, type Reply } from './play.ts';

const scenario = parseScenario(
  `
scenario: accounts
description: Reads two files and pays.
task: pay the bill
values:
  files: { from: { call: look }, pattern: '\\S+\\.txt', every: true }
  account: { from: { call: read, state: ok }, pattern: 'account (\\d+)' }
  status: { from: { call: pay }, pointer: /result/status }
  currency: { pattern: 'in (\\w+)', default: EUR }
steps:
  - name: look
    say: I look.
    call: [{ tool: file.list, arguments: {} }]
  - name: read
    when: { found: [files] }
    call: [{ tool: file.read, each: files, arguments: { path: '{{item}}' } }]
  - name: pay
    when: { found: [account] }
    call:
      - tool: http.fetch
        name: post
        arguments: { body: { account: '{{account}}', note: 'from {{files}}', all: '{{files}}', currency: '{{currency}}' } }
  - name: denied
    when: { results: [{ call: pay.post, state: denied }] }
    say: I was not allowed to.
  - name: paid
    when: { results: [{ call: pay, pointer: /result/status, matches: '^20' }], without: [{ state: denied }] }
    say: 'Paid: {{status}}.'
`,
  'accounts.yaml',
);

const tools = ['file_list', 'file_read', 'http_fetch'];

/** Plays turn after turn with these tool results. */
function playAll(task: string, result: (tool: string, values: unknown) => string): readonly Reply[] {
  const messages: Message[] = [{ role: 'user', text: task }];
  const replies: Reply[] = [];
  for (let turn = 0; turn < 10; turn += 1) {
    const reply = play(scenario, { messages, tools });
    replies.push(reply);
    if (reply.calls.length === 0) return replies;
    const calls = reply.calls.map((call) => ({ ...call, arguments: JSON.stringify(call.arguments) }));
    messages.push({ role: 'assistant', text: reply.text, calls });
    for (const call of reply.calls)
      messages.push({ role: 'tool', callId: call.id, text: result(call.tool, call.arguments) });
  }
  throw new Error('the scenario does not end');
}

const world =
  (payment: string) =>
  (tool: string, values: unknown): string => {
    if (tool === 'file_list') return 'a.txt\nb.txt\na.txt';
    return tool === 'http_fetch' ? payment : `In ${JSON.stringify(values)}: account 4711.`;
  };

test(verifies('inference.rehearsal-is-deterministic', 'arguments hold values from earlier results'), () => {
  const replies = playAll('Please pay the bill in CHF.', world('{"result":{"status":201}}'));
  expect(replies.map(({ calls }) => calls.map((call) => call.arguments))).toEqual([
    [{}],
    [{ path: 'a.txt' }, { path: 'b.txt' }],
    [{ body: { account: '4711', note: 'from a.txt, b.txt', all: ['a.txt', 'b.txt'], currency: 'CHF' } }],
    [],
  ]);
  expect(replies.at(-1)?.text).toBe('Paid: 201.');
  expect(playAll('Please pay the bill in CHF.', world('{"result":{"status":201}}'))).toEqual(replies);
  const ids = replies.flatMap(({ calls }) => calls.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
});

test(verifies('inference.rehearsal-is-deterministic', 'a refusal leads to a branch of its own'), () => {
  const replies = playAll('Pay the bill.', world('{"error":"policy_denied","reasons":[]}'));
  expect(replies.at(-1)?.text).toBe('I was not allowed to.');
});

test(verifies('inference.rehearsal-says-so', 'a conversation that fits no step is answered with the truth'), () => {
  const replies = playAll('Pay the bill.', world('{"result":{"status":500}}'));
  expect(replies.at(-1)?.text).toMatch(
    /scripted rehearsal model, and my scenario "accounts" has no step for this point/,
  );
});

test('a tool that was not offered is not called', () => {
  const reply = play(scenario, { messages: [{ role: 'user', text: 'Pay the bill.' }], tools: [] });
  expect(reply).toMatchObject({ calls: [], text: expect.stringContaining('needs the tool "file_list"') });
});

test('a second task in the same conversation begins anew', () => {
  const first = playAll('Pay the bill.', world('{"result":{"status":201}}'));
  const messages: Message[] = [
    { role: 'user', text: 'Pay the bill.' },
    ...first.flatMap((reply): Message[] => [
      { role: 'assistant', text: reply.text, calls: reply.calls.map((call) => ({ ...call, arguments: '{}' })) },
    ]),
    { role: 'user', text: 'Pay the bill again.' },
  ];
  expect(play(scenario, { messages, tools }).text).toBe('I look.');
});

const broken: readonly (readonly [string, RegExp])[] = [
  ['scenario: a\ndescription: b\nstep: []\n', /s\.yaml, line 3: "step" is not a key here; did you mean "steps"/],
  [
    'scenario: a\ndescription: b\nsteps:\n  - name: x\n    sya: hi\n',
    /line 5: "sya" is not a key of steps\.0; did you mean "say"/,
  ],
  ['scenario: a\ndescription: b\nsteps:\n  - name: x\n', /line 4: steps\.0: a step says or calls something/],
  ['scenario: a\ndescription: b\ntask: "("\nsteps: [{ name: x, say: y }]\n', /line 3: task: not a regular expression/],
  [
    'scenario: a\ndescription: b\nsteps: [{ name: x, say: "{{nobody}}" }]\n',
    /step "x" uses the unknown value "nobody"/,
  ],
  ['scenario: a\ndescription: b\nsteps: [{ name: x, say: y, when: { after: [z] } }]\n', /names the unknown step "z"/],
  ['scenario: a\nscenario: b\n', /line 2: /],
];

test.each(broken)(verifies('inference.scenario-typo-is-named', 'the scenario %j is refused'), (source, message) => {
  expect(() => parseScenario(source, 's.yaml')).toThrow(message);
});
