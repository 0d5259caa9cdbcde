// The objects of a PDF, found by scanning instead of by its cross-reference table: damaged tables are common, and the
// last object of a number is the valid one in both readings.
import { inflateSync } from 'node:zlib';
import { isSymbol, Lexer } from './tokens.mjs';

const maximumStreamBytes = 32 * 1024 * 1024;
const maximumPages = 2_000;

export function openDocument(bytes) {
  const text = bytes.toString('latin1');
  const objects = new Map();
  let trailer = {};
  for (const match of text.matchAll(/(?<![0-9])(\d{1,10})\s+\d{1,5}\s+obj(?![a-z])/g))
    objects.set(Number(match[1]), readObject(text, match.index + match[0].length));
  for (const match of text.matchAll(/trailer(?=\s*<<)/g))
    trailer = { ...trailer, ...new Lexer(text, match.index + match[0].length).next() };
  for (const { value } of objects.values()) if (isType(value, 'XRef')) trailer = { ...trailer, ...value };
  const document = new PdfDocument(objects, trailer);
  document.unpack();
  return document;
}

function readObject(text, at) {
  const lexer = new Lexer(text, at);
  const value = lexer.next();
  lexer.skip();
  if (!text.startsWith('stream', lexer.at)) return { value };
  const start = lexer.at + 'stream'.length + (text.startsWith('\r\n', lexer.at + 6) ? 2 : 1);
  return { value, stream: { text, start } };
}

function isType(value, type) {
  return isSymbol(value?.Type, 'name') && value.Type.text === type;
}

class PdfDocument {
  constructor(objects, trailer) {
    this.objects = objects;
    this.trailer = trailer;
    this.encrypted = trailer.Encrypt !== undefined;
  }

  /** Adds the objects that are kept inside compressed object streams (section 7.5.7). */
  unpack() {
    const packed = [...this.objects.values()].filter(({ value }) => isType(value, 'ObjStm'));
    for (const object of packed) {
      const data = this.decode(object);
      const header = new Lexer(data);
      const count = Math.min(Number(this.resolve(object.value.N)) || 0, 100_000);
      const first = Number(this.resolve(object.value.First)) || 0;
      for (let index = 0; index < count; index++) {
        const number = header.next();
        const offset = header.next();
        if (typeof number === 'number' && typeof offset === 'number' && !this.objects.has(number))
          this.objects.set(number, { value: new Lexer(data, first + offset).next() });
      }
    }
  }

  resolve(value) {
    let inner = value;
    for (let hops = 0; isSymbol(inner, 'reference') && hops < 32; hops++) inner = this.objects.get(inner.number)?.value;
    return isSymbol(inner, 'reference') ? undefined : inner;
  }

  /** The decoded bytes of a stream as Latin-1 text; empty when its filter is not known. */
  stream(value) {
    const object = isSymbol(value, 'reference') ? this.objects.get(value.number) : undefined;
    return object === undefined ? '' : this.decode(object);
  }

  decode({ value, stream }) {
    if (stream === undefined) return '';
    const length = this.resolve(value.Length);
    const stated = typeof length === 'number' ? stream.start + length : -1;
    const trusted = stated > stream.start && /^\s*endstream/.test(stream.text.slice(stated, stated + 12));
    const end = trusted ? stated : stream.text.indexOf('endstream', stream.start);
    let data = Buffer.from(stream.text.slice(stream.start, end === -1 ? undefined : end), 'latin1');
    for (const filter of [this.resolve(value.Filter) ?? []].flat()) {
      if (this.resolve(filter)?.text !== 'FlateDecode') return '';
      try {
        // Z_SYNC_FLUSH: a stream that was cut still gives what is there.
        data = inflateSync(data, { maxOutputLength: maximumStreamBytes, finishFlush: 2 });
      } catch {
        return '';
      }
    }
    return data.toString('latin1');
  }

  pages() {
    const found = [];
    const seen = new Set();
    const walk = (value, parent) => {
      const node = this.resolve(value);
      if (typeof node !== 'object' || node === null || seen.has(node) || found.length >= maximumPages) return;
      seen.add(node);
      node.inheritedFrom = parent;
      if (Array.isArray(this.resolve(node.Kids))) for (const kid of this.resolve(node.Kids)) walk(kid, node);
      else found.push(node);
    };
    walk(this.resolve(this.trailer.Root)?.Pages);
    if (found.length > 0) return found;
    return [...this.objects.values()].map(({ value }) => value).filter((value) => isType(value, 'Page'));
  }

  inherited(node, key) {
    for (let at = node; at !== undefined; at = at.inheritedFrom) if (at[key] !== undefined) return at[key];
    return undefined;
  }

  contents(page) {
    const contents = isSymbol(page.Contents, 'reference') ? [page.Contents] : page.Contents;
    const list = [contents ?? []].flat();
    const parts = list.flatMap((part) => {
      const inner = this.resolve(part);
      return Array.isArray(inner) ? inner : [part];
    });
    return parts.map((part) => this.stream(part)).join('\n');
  }
}
