import { PDFDocument, StandardFonts } from 'pdf-lib';
import type { Invoice } from './invoice.ts';
import { letterLines } from './letter.ts';

/** Millimetres would be nicer; PDF counts points, 72 to the inch. */
const a4 = [595, 842] as const;
const margin = 60;
const lineHeight = 18;

/** One page with the letter on it. Its dates are those of the invoice, so the bytes depend on nothing else. */
export async function writePdf(invoice: Invoice): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  const written = new Date(`${invoice.date}T09:00:00Z`);
  document.setCreationDate(written);
  document.setModificationDate(written);
  document.setTitle(`Invoice ${invoice.number}`);
  const font = await document.embedFont(StandardFonts.Helvetica);
  const page = document.addPage([...a4]);
  for (const [index, text] of letterLines(invoice).entries())
    page.drawText(text, { x: margin, y: a4[1] - margin - index * lineHeight, size: index === 0 ? 15 : 11, font });
  return document.save({ useObjectStreams: false });
}
