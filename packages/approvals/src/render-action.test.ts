import { domainToUnicode } from 'node:url';
import { verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { actionDigest, hostWarning, type RenderedAction, renderAction, shown, visible } from './index.ts';
import { decodePunycode } from './punycode.ts';
import { sampleAction } from './testing/sample-action.ts';

function textOf(rendered: RenderedAction): string {
  return [
    rendered.title,
    ...rendered.fields.map(({ name, value }) => `${name}: ${value}`),
    rendered.body?.text ?? '',
  ].join('\n');
}

test(verifies('approvals.shows-everything', 'every text of an action stands in its rendering'), () => {
  const leaves = (value: unknown): readonly string[] => {
    if (typeof value !== 'object' || value === null) return value === null ? [] : [String(value)];
    return Object.values(value).flatMap(leaves);
  };
  const text = textOf(renderAction(sampleAction));
  const spoken = new Set(['irreversible', 'none']);
  for (const leaf of leaves(sampleAction)) if (!spoken.has(leaf)) expect(text).toContain(leaf);
  expect(text).toContain('cannot be taken back');
  expect(renderAction(sampleAction).digest).toBe(actionDigest(sampleAction));
});

test(
  verifies('approvals.nothing-hidden', 'no character of any argument or body is invisible or turns the text around'),
  () => {
    const hostile = fc.string({
      unit: fc.constantFrom(
        'a',
        ' ',
        '\u202e',
        '\u200b',
        '\u2066',
        '\0',
        '\u001b',
        '\ufeff',
        '\u3164',
        '\u2800',
        '\u00a0',
        '\u0301',
        '\u00ad',
        '\ud83d\ude00',
        '⟨',
        '\n',
        '\ue000',
        '\u{e0041}',
      ),
    });
    fc.assert(
      fc.property(hostile, hostile, (argument, body) => {
        const { request } = sampleAction;
        if (request === null) throw new Error('the sample sends a request');
        const rendered = renderAction({ ...sampleAction, arguments: { argument }, request: { ...request, body } });
        expect(textOf(rendered).replaceAll('\n', '')).not.toMatch(/[\p{C}\u3164\u2800\u00a0\u00ad]/u);
        const lines = rendered.fields.map(({ value }) => value).join('');
        expect(lines).not.toContain('\n');
      }),
    );
  },
);

test('what is made visible can be told from the notation', () => {
  expect(visible('\u202e')).toBe('⟨U+202E⟩');
  expect(visible('⟨U+202E⟩')).toBe('⟨U+27E8⟩U+202E⟨U+27E9⟩');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const back = visible(text).replaceAll(/⟨U\+([0-9A-F]+)⟩/g, (_, hex: string) =>
        String.fromCodePoint(Number.parseInt(hex, 16)),
      );
      expect(back).toBe(text);
    }),
  );
});

test('a long value is cut in the middle and says its length and digest', () => {
  const { text, note } = shown(`${'a'.repeat(5_000)}b`);
  expect(text).toMatch(/^a{1000} … 3001 characters are not shown … a{999}b$/);
  expect(note).toMatch(/^5001 characters, SHA-256 [0-9a-f]{64}\.$/);
});

test(verifies('approvals.lookalikes', 'a name in other letters is shown as it is sent, with a warning'), () => {
  expect(hostWarning('apple.com')).toBeNull();
  expect(hostWarning('xn--pple-43d.com')).toContain('mixes Latin and Cyrillic');
  expect(hostWarning('xn--80ak6aa92e.com')).toContain('аррӏе.com');
  expect(hostWarning('xn--mnchen-3ya.de')).toContain('münchen.de');
  expect(hostWarning('xn--a-ecp.ru')).not.toBeNull();
  const { request } = sampleAction;
  if (request === null) throw new Error('the sample sends a request');
  const rendered = renderAction({ ...sampleAction, request: { ...request, url: 'https://xn--pple-43d.com/' } });
  expect(rendered.title).toBe('Send POST to xn--pple-43d.com');
  expect(rendered.fields.find(({ name }) => name === 'Address')?.note).toContain('Cyrillic');
});

test('punycode agrees with the one of Node', () => {
  const label = fc.string({
    unit: fc.constantFrom('a', 'z', 'ü', 'é', 'а', 'р', 'λ', '中', '文', 'か', 'ß'),
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(label, (text) => {
      const ascii = new URL(`http://${text}.example`).hostname.split('.')[0] ?? '';
      if (ascii.startsWith('xn--')) expect(decodePunycode(ascii.slice(4))).toBe(domainToUnicode(ascii));
    }),
  );
  expect(decodePunycode('99999999')).toBeUndefined();
});
