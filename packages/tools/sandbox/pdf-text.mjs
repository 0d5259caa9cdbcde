// Prints the text of a PDF, page by page: Flate-compressed or plain streams, simple fonts and fonts with a ToUnicode map.
// It runs inside the sandbox only, so a hostile document hurts nobody but the run that reads it.
import { readFileSync } from 'node:fs';
import { contentText } from './pdf/content.mjs';
import { fontDecoder } from './pdf/fonts.mjs';
import { openDocument } from './pdf/objects.mjs';

const document = openDocument(readFileSync(process.argv[2]));
if (document.encrypted) {
  process.stderr.write('The PDF is encrypted; its text cannot be read.\n');
  process.exit(65);
}

let anything = false;
const pages = document.pages();
for (const [index, page] of pages.entries()) {
  const resources = document.resolve(document.inherited(page, 'Resources')) ?? {};
  const fonts = new Map();
  for (const [name, font] of Object.entries(document.resolve(resources.Font) ?? {}))
    fonts.set(name, fontDecoder(document, document.resolve(font)));
  const text = contentText(document.contents(page), fonts).trim();
  anything ||= text !== '';
  process.stdout.write(`${pages.length > 1 ? `--- page ${index + 1}\n` : ''}${text}\n`);
}
if (!anything) process.stderr.write('note=No text was found in this PDF; it may hold pictures only.\n');
