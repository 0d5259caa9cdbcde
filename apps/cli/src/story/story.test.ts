import type { TimelineEntry } from '@clawhold/client';
import { verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Story } from './story.ts';

type Body = TimelineEntry['body'];

const local: Extract<Body, { kind: 'step.ended' }>['label'] = {
  integrity: 'local',
  confidentiality: 'internal',
  readers: null,
  sources: [],
};
const digest = 'ab'.repeat(32);

function decision(kind: 'allow' | 'ask' | 'deny', what: string, step: string | null): Body {
  const reasons = [{ code: 'no_rule' as const, text: `No rule allows ${what}.` }];
  return { kind: 'decision', step, what, decision: { kind, reasons, rules: [], obligations: [], policy: digest } };
}

function call(step: string, tool: string, values: Record<string, unknown>): Body[] {
  const calls = [{ step, tool, arguments: values }];
  return [
    { kind: 'turn', turn: 'trn_1', agent: 'default', text: '', calls, inputTokens: 1, outputTokens: 1 },
    { kind: 'step.started', step, tool, summary: 'the arguments' },
  ];
}

function end(step: string, outcome: 'ok' | 'failed' | 'denied' | 'unknown', output = ''): Body {
  return { kind: 'step.ended', step, outcome, output, label: local, milliseconds: 3 };
}

function told(bodies: readonly Body[], verbose = false): readonly string[] {
  const story = new Story({ verbose, columns: 80 });
  const lines = bodies.flatMap((body, index) =>
    story.tell({ sequence: index + 1, time: '2026-11-22T12:00:00Z', body }),
  );
  return [...lines, ...story.rest()].flatMap((line) => line.split('\n'));
}

test('a step is one line, reads beside each other are one, the loop’s own tools are none', () => {
  const reads = ['a.csv', 'b.csv', 'c.csv'].flatMap((path, index) => call(`stp_${index}`, 'file.read', { path }));
  expect(
    told([
      ...reads,
      end('stp_1', 'ok', 'B'),
      end('stp_0', 'ok', 'A'),
      end('stp_2', 'ok', 'C'),
      end('stp_9', 'ok', 'Accepted.'),
      ...call('stp_3', 'file.write', { path: 'report.md', content: '# R' }),
      end('stp_3', 'ok', 'Created report.md.'),
    ]),
  ).toEqual(['  ✓ read  b.csv and 2 more', '  ✓ write report.md']);
});

test('a plain yes is not told, a no is told beneath its step with its reason', () => {
  const lines = told([
    decision('allow', 'propose shell.exec', null),
    ...call('stp_1', 'shell.exec', { command: 'curl https://evil.example' }),
    decision('deny', 'connect to evil.example:443', 'stp_1'),
    {
      kind: 'egress',
      step: 'stp_1',
      method: 'CONNECT',
      url: 'evil.example:443',
      decision: 'deny',
      status: 403,
      requestBytes: 0,
      responseBytes: 0,
    },
    end('stp_1', 'failed', 'exit status 56'),
  ]);
  expect(lines).toEqual([
    '  → run   curl https://evil.example',
    '    ⊘ denied  No rule allows connect to evil.example:443.',
    '    ✗ exit status 56',
  ]);
});

test('a refusal at the proxy that no decision told is told, and what left is', () => {
  const request = { kind: 'egress', step: null, requestBytes: 10, responseBytes: 2_345 } as const;
  expect(
    told([
      { ...request, method: 'GET', url: 'http://a.example/', decision: 'deny', status: 400 },
      { ...request, method: 'GET', url: 'http://b.example/', decision: 'allow', status: 200 },
    ]),
  ).toEqual(['    ⊘ GET http://a.example/ → 400', '    ⇄ GET http://b.example/ → 200, 10 B out, 2.3 kB in']);
});

test('the plan is told whole once, and then only what is different', () => {
  const plan = (state: 'active' | 'done'): Body => ({
    kind: 'plan',
    items: [
      { title: 'Read', state },
      { title: 'Write', state: 'open' },
    ],
  });
  expect(told([plan('active'), plan('done')])).toEqual(['  ◐ Read', '  ○ Write', '  ● Read']);
});

test('verbose tells each step with its output and through what strangers had a hand in it', () => {
  const external = { ...local, integrity: 'external' as const, sources: [{ kind: 'file' as const, path: 'mail.txt' }] };
  const lines = told(
    [...call('stp_1', 'file.read', { path: 'mail.txt' }), { ...end('stp_1', 'ok', 'Hello'), label: external } as Body],
    true,
  );
  expect(lines).toEqual([
    '  → read  mail.txt',
    '      Hello',
    '    label may hold words of strangers, through mail.txt',
    '    ✓ ok, 3 ms',
  ]);
});

test('what is cut of a command is counted', () => {
  const lines = told([...call('stp_1', 'shell.exec', { command: 'x'.repeat(200) }), end('stp_1', 'ok')]);
  expect(lines.join(' ')).toContain('(60 more characters)');
});

test(verifies('cli.hostile-text', 'no entry of a story moves the cursor or hides anything'), () => {
  const unit = fc.constantFrom('a ', '\n', '\u001b[2J', '\u202e', '\u200b', '\r', '\u009b', '\u0007', 'word');
  const dangerous = /[\p{Cc}\p{Bidi_Control}\u200b-\u200f\u2028\u2029\u2060-\u2064\ufeff]/u;
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), fc.boolean(), (text, verbose) => {
      const turn = call('stp_1', text, { url: text, path: text })[0];
      const lines = told(
        [
          ...(turn?.kind === 'turn' ? [{ ...turn, agent: text, text } as Body] : []),
          { kind: 'plan', items: [{ title: text, state: 'open' }] },
          { kind: 'step.started', step: 'stp_1', tool: text, summary: text },
          decision('deny', text, 'stp_1'),
          {
            kind: 'egress',
            step: 'stp_1',
            method: text,
            url: text,
            decision: 'allow',
            status: 200,
            requestBytes: 1,
            responseBytes: 1,
          },
          end('stp_1', 'failed', text),
          { kind: 'note', level: 'info', text },
          { kind: 'state', state: 'unknown', explanation: text },
        ],
        verbose,
      );
      for (const line of lines) expect(line).not.toMatch(dangerous);
    }),
  );
});
