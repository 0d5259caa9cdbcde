import { actionDigest } from '@clawhold/approvals';
import type { CanonicalAction } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawCard } from './draw-card.ts';
import { drawDetails } from './draw-details.ts';
import type { Question } from './exact-action.ts';

const now = Date.parse('2026-11-22T11:59:00Z');
const narrow = { columns: 80, now };

function question(change: Partial<CanonicalAction> = {}, body = '{"account":"DE89","amount":"12.50"}'): Question {
  const action: CanonicalAction = {
    version: 1,
    install: 'ins_0123456789',
    run: 'run_0123456789',
    step: 'stp_0123456789',
    nonce: '0'.repeat(32),
    tool: 'http.fetch',
    arguments: { url: 'http://finance.local/payments', method: 'POST', body },
    effect: 'irreversible',
    inverse: { kind: 'none' },
    command: ['/opt/node/bin/node', '/opt/clawhold/tools/http-fetch.mjs'],
    request: {
      method: 'POST',
      url: 'http://finance.local/payments',
      headers: [['content-type', 'application/json']],
      bodyDigest: 'ab'.repeat(32),
      body,
      address: 'finance.local:80',
    },
    policy: 'cd'.repeat(32),
    checkpoint: 'ef01',
    expires: '2026-11-22T12:00:00.000Z',
    ...change,
  };
  return {
    id: 'apr_0123456789',
    run: action.run,
    step: action.step,
    state: 'pending',
    action,
    digest: actionDigest(action),
    reasons: [{ code: 'flow', text: 'The destination can only come from invoices/x.txt, which came from outside.' }],
    approvers: { count: 1, excludeRequester: false },
    requester: 'operator',
    agreed: [],
    yourYes: 'counts',
    requested: '2026-11-22T11:58:00.000Z',
    expires: action.expires,
    decided: null,
    decidedBy: null,
    // What the gateway says of it is not what is drawn.
    rendered: { title: 'Something harmless', fields: [], body: null, digest: '' },
  };
}

test(verifies('cli.card-is-exact', 'a card says what, where, with what, why, and how long, on half a screen'), () => {
  const card = drawCard(question(), narrow);
  for (const text of [
    'apr_0123456789 · 60 s left',
    'Send POST to finance.local',
    'why    The destination can only come from',
    'where  http://finance.local/payments',
    'to     finance.local:80',
    'header content-type: application/json',
    'body   {"account":"DE89","amount":"12.50"}',
    'effect changes something outside that cannot be taken back',
  ])
    expect(card).toContain(text);
  expect(card).not.toContain('harmless');
  expect(card.split('\n').length).toBeLessThan(20);
});

test(verifies('cli.card-is-exact', 'what does not fit on the card is counted, and stands in the details'), () => {
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`);
  const long = question({}, lines.join('\n'));
  expect(drawCard(long, narrow)).toContain('… 30 more lines are not on this card');
  const details = drawDetails(long).split('\n');
  for (const line of lines) expect(details).toContain(`    ${line}`);
});

test(verifies('cli.card-is-exact', 'the details hold every text of the action, however long and hidden'), () => {
  const body = `${'x'.repeat(1_500)}MIDDLE${'\u202e'}${'y'.repeat(3_000)}`;
  const shown = drawDetails(question({}, body));
  expect(shown).toContain(`MIDDLE⟨U+202E⟩yyy`);
  expect(shown).toContain('y'.repeat(3_000));
});

test(verifies('cli.hostile-text', 'nothing in a question moves the cursor, and nothing in it is invisible'), () => {
  const unit = fc.constantFrom('a', '\n', '\u001b[2J', '\u202e', '\u200b', '\r', '\u009b', '"', ' ', '⟨');
  const dangerous = /(?!\n)[\p{Cc}\p{Bidi_Control}\u200b-\u200f\u2028\u2029\u2060-\u2064\ufeff]/u;
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 80 }), (text) => {
      const hostile = question({ tool: text, arguments: { command: text, [text]: text }, command: [text] }, text);
      expect(drawCard(hostile, narrow)).not.toMatch(dangerous);
      expect(drawDetails(hostile)).not.toMatch(dangerous);
    }),
  );
});

test(
  verifies('cli.card-is-exact', 'a question whose digest is of another action is not shown as one to answer'),
  () => {
    const honest = question();
    const other = { ...honest, action: question({}, '{"account":"DE00"}').action };
    expect(() => drawCard(other, narrow)).toThrow('does not fit its own digest');
    expect(() => drawDetails(other)).toThrow('does not fit its own digest');
  },
);
