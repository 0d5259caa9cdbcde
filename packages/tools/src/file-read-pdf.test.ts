import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { scale, temporaryFolder, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { PDFDocument, StandardFonts } from 'pdf-lib';
import { expect, test } from 'vitest';
import { runCall } from './testing/run-call.ts';

const lines = [
  'INVOICE INV-0007',
  'Müller & Söhne GmbH – “Büro” €',
  'IBAN DE89 3704 0044 0532 0130 00',
  'Total (gross): 1.234,50 EUR',
];

async function madeByLibrary(useObjectStreams: boolean): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  const font = await document.embedFont(StandardFonts.Helvetica);
  for (const title of ['one', 'two']) {
    const page = document.addPage([400, 400]);
    for (const [index, line] of [`Page ${title}`, ...lines].entries())
      page.drawText(line, { x: 30, y: 350 - index * 20, size: 12, font });
  }
  return document.save({ useObjectStreams });
}

test.each([true, false])(
  verifies('tools.reads-pdf', 'a PDF of a library, object streams %s'),
  async (useObjectStreams) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'a.pdf'), await madeByLibrary(useObjectStreams));
    const result = await runCall(folder, 'file.read', { path: 'a.pdf' });
    expect(result).toMatchObject({ ok: true, from: { kind: 'files', paths: ['a.pdf'] } });
    expect(result.output.split('\n').filter((line) => line !== '')).toEqual([
      '--- page 1',
      'Page one',
      ...lines,
      '--- page 2',
      'Page two',
      ...lines,
    ]);
  },
);

/** A PDF by hand: no cross-reference table, one page with this content stream. */
function byHand(
  content: string,
  fontObjects = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  rest = '',
): Buffer {
  const packed = deflateSync(Buffer.from(content, 'latin1'));
  return Buffer.concat([
    Buffer.from(
      `%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 /Resources << /Font << /F1 5 0 R >> >> >> endobj\n3 0 obj << /Type /Page /Parent 2 0 R /Contents 4 0 R >> endobj\n4 0 obj << /Length ${packed.length} /Filter /FlateDecode >> stream\n`,
      'latin1',
    ),
    packed,
    Buffer.from(`\nendstream endobj\n5 0 obj ${fontObjects} endobj\n${rest}trailer << /Root 1 0 R >>\n`, 'latin1'),
  ]);
}

async function read(bytes: Uint8Array): Promise<{ readonly ok: boolean; readonly output: string }> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'a.pdf'), bytes);
  return runCall(folder, 'file.read', { path: 'a.pdf' });
}

test(
  verifies('tools.reads-pdf', 'the operators that show text: Tj, TJ with gaps, quotes, escapes, hexadecimal'),
  async () => {
    const content =
      "BT /F1 12 Tf 10 700 Td [(Inv) 20 (oice) -400 (7)] TJ 0 -20 Td (a\\(b\\)\\\\ \\101) Tj T* <48690A> Tj (next) ' 1 0 0 1 10 600 Tm (x) Tj 1 0 0 1 90 600 Tm (y) Tj ET";
    expect((await read(byHand(content))).output.trim().split('\n')).toEqual([
      'Invoice 7',
      'a(b)\\ A',
      'Hi',
      'next',
      'x y',
    ]);
  },
);

test(verifies('tools.reads-pdf', 'a font with a ToUnicode map'), async () => {
  const map = 'begincmap 1 beginbfchar <0001> <0041> endbfchar 1 beginbfrange <0002> <0004> <0062> endbfrange endcmap';
  const font = '<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /ToUnicode 6 0 R >>';
  const rest = `6 0 obj << /Length ${map.length} >> stream\n${map}\nendstream endobj\n`;
  expect((await read(byHand('BT /F1 9 Tf <00010002000300040001> Tj ET', font, rest))).output.trim()).toBe('AbcdA');
});

test('pictures, encryption and nonsense are said, never a crash', async () => {
  expect((await read(byHand('q 1 0 0 1 0 0 cm /Im1 Do Q'))).output).toContain('No text was found');
  const encrypted = Buffer.from(
    '%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R /Encrypt 9 0 R >>\n',
  );
  expect(await read(encrypted)).toMatchObject({ ok: false, output: 'The PDF is encrypted; its text cannot be read.' });
  expect((await read(Buffer.from('%PDF-1.7\nnothing'))).output).toContain('No text was found');
});

test('a PDF with bytes changed at random is read or not, in bounded time and without a stack trace', async () => {
  const original = Buffer.from(await madeByLibrary(false));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), { minLength: 1, maxLength: 40 }),
      async (changes) => {
        const bytes = Buffer.from(original);
        for (const [at, value] of changes) if (at > 8) bytes[at] = value;
        const { output } = await read(bytes);
        expect(output).not.toMatch(/\.mjs:\d+|at .*node:/);
      },
    ),
    { numRuns: scale(10) },
  );
});
